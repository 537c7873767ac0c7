// Builds the widget's loader and its chat, and the scripts of the demo's and the operators' page, into ../dist.
import { defineConfig, type Plugin } from "vite";

const here = (path: string): string => decodeURIComponent(new URL(path, import.meta.url).pathname);

/** Writes the import of the chat into the loader. The bundler would wrap it in code with global names. */
const importChat: Plugin = {
  name: "import-chat",
  generateBundle(_, bundle) {
    const chat = Object.values(bundle).find((file) => file.name === "chat");
    const loader = bundle["widget.js"];
    if (!chat || loader?.type !== "chunk") throw new Error("The build has no chat or no loader.");
    loader.code = loader.code.replace("__CHAT__", `(server=>import(server+"${chat.fileName}"))`);
  },
};

export default defineConfig({
  root: here("."),
  logLevel: "warn",
  publicDir: false,
  plugins: [importChat],
  build: {
    outDir: here("../dist"),
    emptyOutDir: true,
    target: "es2022",
    modulePreload: false, // a language is one small file
    rollupOptions: {
      input: { widget: here("loader.ts"), chat: here("chat.ts"), shop: here("../demo/shop.ts"), site: here("../site/site.ts") },
      preserveEntrySignatures: "strict",
      output: {
        // The chat's name changes with its content, so that browsers may keep it for ever.
        entryFileNames: (entry) => (entry.name === "chat" ? "widget/chat-[hash].js" : "[name].js"),
        chunkFileNames: "widget/[name]-[hash].js",
      },
    },
  },
});
