// What a page on another origin may try against a server that its visitor uses. Tells what each attempt came to.
async function attack(server, token) {
  const came = {};
  const note = async (name, attempt) => {
    try {
      came[name] = await attempt();
    } catch (problem) {
      came[name] = `refused (${problem.name})`;
    }
  };
  const read = (path, init) => async () => {
    const answer = await fetch(server + path, init);
    return `read ${answer.status}: ${(await answer.text()).slice(0, 300)}`;
  };
  const json = { "Content-Type": "application/json" };
  const post = (body, more = {}) => ({ method: "POST", body: JSON.stringify(body), ...more });
  const riding = { credentials: "include" };

  await note("history with cookies", read("/api/visitor/messages", riding));
  await note("history with a stolen token", read("/api/visitor/messages", { headers: { Authorization: `Bearer ${token}` } }));
  await note("a message with a stolen token", read("/api/visitor/messages", post({ client_id: "evil", text: "evil words" }, { headers: { ...json, Authorization: `Bearer ${token}` } })));
  await note("a visitor of its own", read("/api/visitor", post({}, { headers: json })));
  await note("a visitor of its own, without asking", read("/api/visitor", { method: "POST" }));
  await note("a login as a customer of the demo", read("/demo/login", post({ id: "c-101" }, { headers: json })));
  await note("a login without asking", read("/demo/login", post({ id: "c-101" })));
  await note("the desk", read("/api/desk/me", riding));
  await note("the desk, as its own page asks", read("/api/desk/me", { ...riding, headers: { "X-Requested-With": "threadkeeper" } }));
  await note("the queue", read("/api/desk/handoffs", riding));
  await note("REST", read("/webhooks/rest/webhook", post({ sender: "evil", message: "hello" }, { headers: json })));
  await note("an answer that may not be read", async () => {
    const answer = await fetch(`${server}/api/visitor/messages`, { mode: "no-cors", ...riding });
    return answer.type === "opaque" && !(await answer.text()) ? "nothing" : "read";
  });
  await note("events", () => listen(`${server}/api/visitor/events`));
  await note("events of the desk", () => listen(`${server}/api/desk/events`));
  await note("an answer as a script", () => included("script", "src", `${server}/api/visitor/messages`));
  await note("an answer as a style sheet", () => included("link", "href", `${server}/api/desk/handoffs`));
  for (const path of ["/", "/desk", "/api/visitor/messages"]) await note(`a frame of ${path}`, () => framed(server + path));
  for (const [path, body] of [
    ["/api/visitor/messages", '{"client_id":"evil","text":"evil words"}'],
    ["/api/desk/logout", "{}"],
    ["/webhooks/rest/webhook", '{"sender":"evil","message":"evil words"}'],
  ]) {
    await note(`a form to ${path}`, () => posted(server + path, body));
  }
  return came;
}

function listen(url) {
  return new Promise((resolve) => {
    const source = new EventSource(url, { withCredentials: true });
    source.onopen = () => resolve("open");
    source.onmessage = ({ data }) => resolve(`read ${data}`);
    source.onerror = () => (source.close(), resolve("refused (error)"));
  });
}

function included(tag, attribute, url) {
  return new Promise((resolve) => {
    const element = Object.assign(document.createElement(tag), { rel: "stylesheet", [attribute]: url });
    element.onload = () => resolve("loaded");
    element.onerror = () => resolve("refused (error)");
    document.head.append(element);
  });
}

function framed(url) {
  return new Promise((resolve) => {
    const frame = Object.assign(document.createElement("iframe"), { src: url });
    frame.onload = () => {
      try {
        resolve(frame.contentDocument ? `read ${frame.contentDocument.body.innerText}` : "nothing");
      } catch (problem) {
        resolve(`refused (${problem.name})`);
      }
    };
    document.body.append(frame);
  });
}

/** A form needs no leave to send: what it may not do is tell the server anything that counts. */
function posted(url, body) {
  const [name, value] = [body.slice(0, -1), body.slice(-1)];
  const frame = Object.assign(document.createElement("iframe"), { name: `to ${url}` });
  const form = Object.assign(document.createElement("form"), { action: url, method: "post", enctype: "text/plain", target: frame.name });
  // text/plain sends "name=value": with the "=" inside a string, the whole is JSON.
  form.append(Object.assign(document.createElement("input"), { name: name.replace(/"}?$/, ""), value: `"${value}` }));
  document.body.append(frame, form);
  return new Promise((resolve) => {
    frame.onload = () => resolve(frame.contentDocument?.body.innerText ? "read" : "nothing");
    form.submit();
  });
}
