// Every word the widget says of itself.

export const texts = {
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
  menu: "More about this chat",
  close: "Close chat",
  back: "Back to the chat",
  you: "You",
  isTyping: (name: string) => `${name} is writing`,
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

  kept: "What is kept",
  keptText: [
    "This conversation and what you tell us in it, such as an order number, so that you never have to say it twice. " +
      "Our team can read it when you ask for a person.",
    "In this browser: a key that opens this conversation again. There are no cookies, and nobody follows you around.",
    "To see, correct or erase what we keep, ask for a person here and they will do it for you.",
  ],
  forget: "Forget this chat on this device",
};
