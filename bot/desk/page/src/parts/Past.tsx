import { dateOf } from "../clock";
import type { Past } from "../protocol";
import { ENDINGS, REASONS, STATES } from "../words";
import { Section } from "./Brief";
import { Jump } from "./Jump";

/** What agents ended with this customer, and what the customer said of it. */
export function PastConversations({ past }: { past: Past[] }) {
  return (
    <Section title="With a person before">
      {past.length > 0 && (
        <ul class="plain-list">
          {past.map((one) => (
            <li key={one.id}>
              <p>{one.about ?? REASONS[one.reason]}</p>
              <p class="detail">
                {one.outcome ? ENDINGS[one.outcome] : STATES[one.state]} · {one.agent ?? "A colleague"}
                {one.closed_at && ` · ${dateOf(one.closed_at)}`}
              </p>
              {one.agreed && <p class="detail">Agreed: {one.agreed}</p>}
              {one.asked && <Verdict past={one} />}
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}

function Verdict({ past: { solved, line } }: { past: Past }) {
  return (
    <p class="detail">
      <span data-helped={String(solved)}>{verdict(solved)}</span>
      {line && (
        <>
          {" "}
          “{line.text}” <Jump number={line.number} />
        </>
      )}
    </p>
  );
}

function verdict(solved: boolean | null): string {
  if (solved === null) return "Asked whether it is solved, not answered yet.";
  return solved ? "They say it is solved." : "They say it is not solved.";
}
