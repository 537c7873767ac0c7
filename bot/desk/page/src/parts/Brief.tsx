import type { ComponentChildren } from "preact";
import { dateOf } from "../clock";
import type { Brief, Conversation } from "../protocol";
import { pane } from "../state";
import { channelName, MOODS, nameOf, OUTCOMES } from "../words";
import "./Brief.css";
import { Jump } from "./Jump";
import { PastConversations } from "./Past";
import { Promises } from "./Promises";

/** Confidence below which a fact is shown as likely only. */
const SURE = 0.9;

export function BriefPane({ view }: { view: Conversation }) {
  const brief = view.brief;
  return (
    <>
      <div class="brief-head">
        <h2>Brief</h2>
        <button class="quiet only-small" type="button" onClick={() => (pane.value = "conversation")}>
          Close
        </button>
      </div>
      <Who brief={brief} />
      <NextSteps steps={brief.next} />
      <Section title="Goal" empty="Not known yet.">
        {brief.goal && (
          <p class="goal">
            {brief.goal} {brief.goal_is_over && <span class="detail">(over)</span>} {brief.goal_in !== null && <Jump number={brief.goal_in} />}
          </p>
        )}
      </Section>
      <Why why={brief.why} />
      <HowToAnswer awaiting={brief.awaiting} />
      <Section title="Promises" empty="None.">
        {brief.promises.length > 0 && <Promises promises={brief.promises} />}
      </Section>
      <Section title="Collected" empty="Nothing yet.">
        {brief.collected.length > 0 && <Pairs pairs={brief.collected} />}
      </Section>
      <Section title="Given before">{brief.given.length > 0 && <Pairs pairs={brief.given} />}</Section>
      <TriedList tried={brief.tried} />
      <Moods moods={brief.moods} />
      <LastWords said={brief.said} />
      <Orders orders={brief.orders} />
      <Facts facts={brief.facts} />
      <Cases cases={brief.cases} />
      <PastConversations past={view.past} />
    </>
  );
}

export function Section({ title, empty, children }: { title: string; empty?: string; children?: ComponentChildren }) {
  const hasContent = Array.isArray(children) ? children.some(Boolean) : Boolean(children);
  if (!hasContent && empty === undefined) return null;
  return (
    <section class="brief-section">
      <h3>{title}</h3>
      {hasContent ? children : <p class="nothing">{empty}</p>}
    </section>
  );
}

function Who({ brief }: { brief: Brief }) {
  const { customer } = brief;
  return (
    <Section title="Who">
      <p class="who">{nameOf(customer)}</p>
      {customer.email && <p class="who-email">{customer.email}</p>}
      <p class={customer.identified ? "proved" : "unproved"}>
        {customer.identified ? `Signed in at the shop (${customer.subject})` : "Not signed in: who they are is not proved"}
      </p>
      <p class="channels">
        {customer.channels.map((channel) => (
          <span class="channel" key={channel}>
            {channelName(channel)}
          </span>
        ))}
      </p>
    </Section>
  );
}

function Why({ why }: { why: Brief["why"] }) {
  return (
    <Section title="Why a person">
      <p>{why.text}</p>
      {why.quote && <blockquote>{why.quote}</blockquote>}
      {why.number !== null && <Jump number={why.number} />}
    </Section>
  );
}

function HowToAnswer({ awaiting }: { awaiting: Brief["awaiting"] }) {
  return (
    <Section title="How to answer">
      {awaiting && (
        <p>
          {awaiting.text} <Jump number={awaiting.number} />
        </p>
      )}
    </Section>
  );
}

function NextSteps({ steps }: { steps: Brief["next"] }) {
  return (
    <Section title="Next">
      <ol class="plain-list next">
        {steps.map((step) => (
          <li key={step.text}>
            {step.text} {step.number !== null && <Jump number={step.number} />}
          </li>
        ))}
      </ol>
    </Section>
  );
}

function Moods({ moods }: { moods: Brief["moods"] }) {
  return (
    <Section title="How it has gone">
      {moods.length > 0 && (
        <ul class="moods">
          {moods.map(({ number, mood, text }) => (
            <li key={number} data-mood={mood} title={text}>
              {MOODS[mood]} <Jump number={number} />
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}

function LastWords({ said }: { said: Brief["said"] }) {
  return (
    <Section title="Their last words">
      {said.map((quote) => (
        <blockquote key={quote.number}>
          {quote.text} <Jump number={quote.number} />
        </blockquote>
      ))}
    </Section>
  );
}

function Orders({ orders }: { orders: Brief["orders"] }) {
  if (orders === null) return <Section title="Orders" empty="The shop did not answer. Look there yourself." />;
  return (
    <Section title="Orders">
      {orders.length > 0 && (
        <ul class="plain-list">
          {orders.map((order) => (
            <li key={order.number}>
              <p>
                {order.number}: {order.things}
              </p>
              <p class="detail">
                {order.state} · ordered {dateOf(order.placed_on)}
                {order.is_open && order.expected_on && ` · expected ${dateOf(order.expected_on)}`}
              </p>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}

function TriedList({ tried }: { tried: Brief["tried"] }) {
  return (
    <Section title="Tried" empty="The bot gave no answers.">
      {tried.length > 0 && (
        <ul class="plain-list">
          {tried.map((attempt) => (
            <li key={attempt.number}>
              <p>{attempt.title}</p>
              <p class="detail">
                <span data-helped={String(attempt.helped)}>{reaction(attempt.helped)}</span> ·{" "}
                {Math.round(attempt.confidence * 100)}% sure · <Jump number={attempt.number} />
              </p>
              {attempt.reaction && (
                <p class="detail">
                  “{attempt.reaction.text}” <Jump number={attempt.reaction.number} />
                </p>
              )}
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}

function Facts({ facts }: { facts: Brief["facts"] }) {
  return (
    <Section title="Known about them">
      {facts.length > 0 && (
        <dl class="pairs">
          {facts.map((fact) => (
            <div key={fact.key}>
              <dt>{fact.label}</dt>
              <dd>
                {fact.value} {fact.confidence < SURE && <span class="detail">(likely)</span>} <Jump number={fact.number} />
              </dd>
            </div>
          ))}
        </dl>
      )}
    </Section>
  );
}

function Cases({ cases }: { cases: Brief["cases"] }) {
  return (
    <Section title="Cases" empty="This is their first.">
      {cases.length > 0 && (
        <ul class="plain-list">
          {cases.map((one) => (
            <li key={one.opened_at + one.title}>
              <p>{one.title}</p>
              <p class="detail">
                {one.outcome ? OUTCOMES[one.outcome] : "Open"}
                {one.came_back > 0 && one.outcome !== "came_back" && " after it came back"} · {dateOf(one.touched_at)} ·{" "}
                {channelName(one.channel)}
                {one.number !== null && (
                  <>
                    {" "}
                    · <Jump number={one.number} />
                  </>
                )}
              </p>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}

function Pairs({ pairs }: { pairs: Brief["collected"] }) {
  return (
    <dl class="pairs">
      {pairs.map(({ label, value, number }) => (
        <div key={label + value}>
          <dt>{label}</dt>
          <dd>
            {value} {number !== null && <Jump number={number} />}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function reaction(helped: boolean | null): string {
  if (helped === null) return "No reaction";
  return helped ? "Helped" : "Did not help";
}
