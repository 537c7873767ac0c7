// Every word the widget says of itself, in English. The other languages are in languages/, loaded when they are spoken.

const english = {
  isRightToLeft: false,
  launcher: (name: string, unread: number) => `Chat with ${name}${unread ? `, ${unread} unread` : ""}`,
  assistant: "Assistant",
  chatWith: (name: string) => `Chat with ${name}`,
  greeting: (name: string) => `Hello, I am ${name}. How can I help?`,
  reconnecting: "Reconnecting…",
  messages: "Messages",
  older: "Earlier messages",
  newer: "New messages",
  yourMessage: "Your message",
  placeholder: "Write a message",
  send: "Send",
  attach: "Send a file",
  attaching: (name: string) => `Sending ${name}…`,
  notTaken: "Only pictures, PDFs and plain text can be sent.",
  tooLarge: "That file is too large; 5 MB is the most.",
  notSent: "That file could not be sent. Please try again.",
  download: (name: string) => `Download ${name}`,
  gone: "That file is not there any more.",
  menu: "More about this chat",
  close: "Close chat",
  back: "Back to the chat",
  you: "You",
  isTyping: (name: string) => `${name} is writing`,
  inLine: (ahead: number) =>
    ahead === 0 ? "You’re next in line for our team." : ahead === 1 ? "One person is before you." : `${ahead} people are before you.`,
  lately: (time: string) => `Lately people have waited about ${time} in all.`,
  backAt: (time: string) => `Nobody is here right now; our team is back ${time}.`,
  person: (name: string) => `${name}, from our team`,
  someone: "Our team",
  via: (channel: string) => `via ${{ telegram: "Telegram", rest: "another app" }[channel] ?? channel}`,
  choices: "Choose an answer",
  unsent: "Not sent yet. It goes as soon as you are back online.",
  failed: "This could not be sent.",
  today: "Today",
  yesterday: "Yesterday",

  telegram: "Continue in Telegram",
  telegramHow: "Open Telegram on this device and carry on exactly where you are. The link is yours alone and works once.",
  telegramOpen: "Open Telegram",
  telegramCode: "Or send this to our bot in Telegram:",
  telegramUntil: (time: string) => `It works until ${time}.`,
  telegramFailed: "That did not work just now. Please try again in a moment.",

  soundOn: "Turn sound on",
  soundOff: "Turn sound off",

  kept: "What is kept",
  keptText: [
    "This conversation and what you tell us in it, such as an order number, so that you never have to say it twice. " +
      "Our team can read it when you ask for a person.",
    "In this browser: a key that opens this conversation again. There are no cookies, and nobody follows you around.",
    "Write “what do you know about me”, “send me my data” or “forget me” here whenever you like, or ask for a person.",
  ],
  forget: "Forget this chat on this device",
};

export type Texts = typeof english;

/** The words of the language that is spoken. */
export let texts: Texts = english;
/** Its tag, for dates and for screen readers. */
export let language = "en";

const LANGUAGES: Record<string, () => Promise<{ texts: Texts }>> = {
  ar: () => import("./languages/ar"),
  de: () => import("./languages/de"),
  es: () => import("./languages/es"),
  fr: () => import("./languages/fr"),
  "zh-Hans": () => import("./languages/zh-Hans"),
  "zh-Hant": () => import("./languages/zh-Hant"),
};

/** What the page asks for: its setting, else its own language, else the browser's. */
export function wanted(setting: string | undefined): string {
  return (setting || document.documentElement.lang || navigator.language).slice(0, 35);
}

/** Speak the language of a tag such as "de-AT" from here on; English, if it is none of ours. */
export async function speak(tag: string): Promise<void> {
  const name = nameOf(tag);
  const part = await LANGUAGES[name]?.();
  texts = part?.texts ?? english;
  language = part ? name : /^en\b/i.test(tag) ? tag : "en";
}

function nameOf(tag: string): string {
  const first = tag.toLowerCase().split("-")[0] ?? "";
  if (first !== "zh") return first;
  return /-(hant|tw|hk|mo)\b/i.test(tag) ? "zh-Hant" : "zh-Hans";
}
