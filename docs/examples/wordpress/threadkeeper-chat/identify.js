// Tells the chat who is logged in. The plugin says where to ask.
(async ({ from }) => {
  await customElements.whenDefined("threadkeeper-chat");
  const chat = document.querySelector("threadkeeper-chat");
  const identify = async () => {
    const answer = await fetch(from, { credentials: "same-origin" });
    if (answer.ok) chat.identify(await answer.text());
  };
  chat.addEventListener("threadkeeper:identity-expired", identify);
  await identify();
})(document.currentScript.dataset);
