"""The website channel: routes for visitors, the chat widget (TypeScript, in `widget/`) and the demo shop page."""
