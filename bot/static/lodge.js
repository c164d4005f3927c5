// The playground's page: sends what a person does, shows what comes back, and keeps the focus where it makes sense.
// Nothing a person typed is kept: not in the address, and not in the browser's stores.

const $ = (selector, within = document) => within.querySelector(selector);
const body = document.body;
const me = body.dataset.as;
const dialog = $("#dialog");
const composer = $("#composer");
const ask = $("#ask");
const reading = $("#log > .reading");
let seen = Number(body.dataset.after);

// Drawn by the server, which escapes everything it did not write itself.
function drawn(html) {
  const holder = document.createElement("template");
  holder.innerHTML = html;
  holder.content.querySelectorAll("time").forEach(localTime);
  return holder.content.firstElementChild;
}

function made(name, className, text = "") {
  const element = document.createElement(name);
  element.className = className;
  element.textContent = text;
  return element;
}

function localTime(time) {
  const at = new Date(time.dateTime);
  const today = at.toDateString() === new Date().toDateString();
  const day = today ? {} : { day: "numeric", month: "short" };
  time.title = time.textContent;
  time.textContent = at.toLocaleString("en-GB", { ...day, hour: "2-digit", minute: "2-digit" });
}

function announce(words) {
  const status = dialog.open ? $("#dialog-status") : $("#status"); // outside an open dialog nothing is read out
  status.textContent = "";
  setTimeout(() => { status.textContent = words; }, 50);
}

function gist(article) {
  const title = $(".title", article).textContent.trim();
  const words = $(".text", article)?.textContent.trim() ?? "";
  return `${title}. ${words.slice(0, 300)}`;
}

// Talking to the server. `id` names one thing a person did: sending it again under the same id can change nothing twice.

class NotSent extends Error {
  constructor(words, html = "") { super(words); this.html = html; }
}

const OFFLINE = "Not sent: Lodge did not answer. What you typed is still here; try again.";

async function post(path, values) {
  let response, text;
  try {
    const headers = { "Content-Type": "application/json" };
    response = await fetch(path, { method: "POST", headers, body: JSON.stringify({ as: me, ...values }) });
    text = await response.text();
  } catch {
    throw new NotSent(OFFLINE);
  }
  const json = response.headers.get("Content-Type")?.startsWith("application/json");
  const reply = json ? JSON.parse(text) : { html: "" };
  if (response.ok) return reply;
  throw new NotSent(json ? drawn(reply.html).querySelector(".text").textContent.trim() : `Not sent. ${text}`);
}

// The conversation

function append(element) {
  $("#welcome")?.remove();
  reading.append(element);
  return element;
}

function bring(element) {
  element.scrollIntoView({ block: "start" });
}

function say(text) {
  const asked = made("article", "asked");
  asked.append(made("h3", "sr-only", "You asked"), made("p", "", text));
  append(asked);
  attempt(asked, { id: crypto.randomUUID(), text });
}

async function attempt(asked, question) {
  const waiting = waitingLine();
  asked.after(waiting);
  bring(asked);
  try {
    answer(await post("/say", question), asked);
  } catch (error) {
    offerAgain(asked, question, error);
  } finally {
    waiting.remove();
  }
}

function waitingLine() {
  const waiting = made("p", "waiting");
  waiting.append(made("i", ""), made("i", ""), made("i", ""), "Lodge is reading the policy");
  return waiting;
}

function answer(reply, asked) {
  if (reply.kind === "page") return openForm(reply.html);
  if (reply.kind !== "message") return announce("Done.");
  const article = drawn(reply.html);
  article.classList.add("fresh");
  asked.after(article);
  bring(asked);
  announce(`Lodge answers: ${gist(article)}`);
}

function offerAgain(asked, question, error) {
  const notice = made("p", "notice", `${error.message} `);
  const again = made("button", "button", "Try again");
  again.type = "button";
  again.addEventListener("click", () => { notice.remove(); ask.focus(); attempt(asked, question); });
  notice.append(again);
  asked.append(notice);
  announce(error.message);
}

// Presses

async function press(button) {
  if (button.getAttribute("aria-disabled") === "true") return;
  const { action, subject } = button.dataset;
  const place = dialog.contains(button) ? "" : button.closest("[data-place]:not(article)")?.dataset.place;
  button.dataset.id ??= crypto.randomUUID();
  button.setAttribute("aria-disabled", "true");
  try {
    const reply = await post("/press", { id: button.dataset.id, action, subject, place });
    delete button.dataset.id;
    pressed(button, reply);
  } catch (error) {
    complain(button, error.message);
  } finally {
    button.removeAttribute("aria-disabled");
  }
}

function pressed(button, reply) {
  if (reply.kind === "page") return openForm(reply.html);
  if (!dialog.contains(button)) refreshHome();
  if (reply.kind !== "message") return announce("Done.");
  const article = drawn(reply.html);
  article.classList.add("fresh");
  if (dialog.contains(button)) showInDialog(article);
  else if (article.classList.contains("private")) showUnder(button, article);
  else showInConversation(article);
}

function showInDialog(article) {
  const place = $(".answer", dialog);
  place.replaceChildren(article);
  place.hidden = false;
  $(".title", article).focus();
  place.scrollIntoView({ block: "nearest" });
}

function showUnder(button, article) {
  const post = button.closest("article");
  if (post.nextElementSibling?.dataset.under === post.dataset.ref) post.nextElementSibling.remove();
  article.dataset.under = post.dataset.ref;
  post.after(article);
  article.scrollIntoView({ block: "nearest" });
  announce(`Only you can see this: ${gist(article)}`);
}

function showInConversation(article) {
  append(article);
  $(".title", article).focus({ preventScroll: true });
  bring(article);
}

function complain(button, words) {
  const row = button.parentElement;
  const notice = $(".notice", row) ?? row.appendChild(made("p", "notice"));
  notice.textContent = words;
  announce(words);
  setTimeout(() => notice.remove(), 15000);
}

// Forms

function openForm(html) {
  const changing = dialog.open;
  $("#dialog-page").replaceChildren(drawn(html));
  if (!changing) dialog.showModal();
  dialog.querySelectorAll("textarea[data-longest]").forEach(count);
  settle();
}

// To the first thing that is wrong, else to the first field, else to the title: what is above it stays in sight.
function settle() {
  const wrong = $("[aria-invalid='true']", dialog);
  const target = wrong ?? $(".form-body [data-field]", dialog) ?? $(".form .title", dialog);
  const control = target.matches("[data-field]") || target.matches("fieldset")
    ? $("input:checked, input, select, textarea", target) : target;
  const inner = $(".form-body", dialog);
  inner.scrollTop = 0;
  control.focus({ preventScroll: true });
  const below = control.getBoundingClientRect().bottom > inner.getBoundingClientRect().bottom;
  if (wrong && below) control.closest("[data-field]").scrollIntoView({ block: "center" });
  if (wrong) announce($("#summary-title", dialog).textContent.trim());
}

function filled(form) {
  const values = {};
  for (const { dataset } of form.querySelectorAll("[data-field]")) {
    const given = new FormData(form).getAll(dataset.field);
    values[dataset.field] = dataset.kind === "choices" ? given : given[0] ?? "";
  }
  return values;
}

async function submit(form) {
  const button = $("[type='submit']", form);
  if (button.getAttribute("aria-disabled") === "true") return;
  const { flow, step, draft } = form.dataset;
  form.dataset.id ??= crypto.randomUUID();
  button.setAttribute("aria-disabled", "true");
  try {
    submitted(await post("/submit", { id: form.dataset.id, flow, step, draft, values: filled(form) }));
  } catch (error) {
    notSent(form, error.message);
  } finally {
    button.removeAttribute("aria-disabled");
  }
}

function submitted(reply) {
  if (reply.kind === "page") return openForm(reply.html);
  dialog.close();
  refreshHome();
  if (reply.kind !== "message") return announce("Done.");
  const article = drawn(reply.html);
  article.classList.add("fresh");
  showInConversation(article);
}

function notSent(form, words) {
  const notice = $(".form-foot .notice", form);
  notice.textContent = words;
  notice.hidden = false;
  announce(words);
}

function count(area) {
  const longest = Number(area.dataset.longest);
  const length = [...area.value].length; // characters, as the server counts them
  const line = document.getElementById(`${area.name}-count`);
  const number = (value) => value.toLocaleString("en-GB");
  const over = length > longest;
  line.classList.toggle("over", over);
  line.textContent = over ? `${number(length - longest)} too many: please shorten this to ${number(longest)} characters`
    : `${number(length)} of ${number(longest)} characters`;
}

// Home and channels

function showHome(article) {
  const card = $("#home-card");
  const held = card.contains(document.activeElement) ? document.activeElement.dataset : null;
  card.replaceChildren(article);
  if (!held) return;
  const same = [...card.querySelectorAll("button")].find(
    ({ dataset }) => dataset.action === held.action && dataset.subject === held.subject);
  (same ?? $("#home")).focus({ preventScroll: true });
}

async function refreshHome() {
  try {
    const response = await fetch(`/home?as=${encodeURIComponent(me)}`);
    const article = response.ok ? drawn(await response.text()) : null;
    if (article) showHome(article);
  } catch { /* the stream brings the next one */ }
}

function arrived({ seq, ref, place, html, fresh }) {
  seen = Math.max(seen, seq);
  const holder = place === body.dataset.home ? reading : [...document.querySelectorAll(".posts")].find(
    (each) => each.dataset.place === place);
  if (!holder) return;
  const article = drawn(html);
  const standing = [...document.querySelectorAll("article[data-ref]")].find((each) => each.dataset.ref === ref);
  if (standing) swap(standing, article);
  else if (holder === reading) append(article);
  else holder.append(article);
  if (!standing) article.classList.add("fresh");
  const where = holder === reading ? "your conversation" : holder.closest("section").querySelector("h2").firstChild.textContent.trim();
  announce(`${fresh || !standing ? "New" : "Changed"} in ${where}: ${$(".title", article).textContent.trim()}`);
}

function swap(standing, article) {
  const held = standing.contains(document.activeElement);
  standing.replaceWith(article);
  if (held) $(".title", article).focus({ preventScroll: true });
}

function live(words, state) {
  document.querySelectorAll("[data-live]").forEach((each) => { each.textContent = words; each.dataset.live = state; });
}

function listen() {
  const source = new EventSource(`/events?as=${encodeURIComponent(me)}&after=${seen}`);
  source.addEventListener("open", () => live("Live", "open"));
  source.addEventListener("post", (event) => arrived(JSON.parse(event.data)));
  source.addEventListener("home", (event) => showHome(drawn(JSON.parse(event.data).html)));
  source.addEventListener("error", () => {
    live("Reconnecting…", "waiting");
    if (source.readyState === EventSource.CLOSED) setTimeout(listen, 3000);
  });
}

// What a person does

composer.addEventListener("submit", (event) => {
  event.preventDefault();
  if (!ask.value.trim()) return ask.focus();
  say(ask.value);
  ask.value = "";
  ask.focus();
});

ask.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  composer.requestSubmit();
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button?.dataset.action) press(button);
  else if (button && "suggestion" in button.dataset) { say(button.textContent); ask.focus(); }
  else if (button && "close" in button.dataset) dialog.close();
});

dialog.addEventListener("click", (event) => {
  const link = event.target.closest(".summary a");
  if (!link) return;
  event.preventDefault();
  document.getElementById(link.hash.slice(1))?.focus();
});

dialog.addEventListener("submit", (event) => { event.preventDefault(); submit(event.target); });
dialog.addEventListener("input", (event) => {
  delete event.target.form.dataset.id; // other words are another submission
  if (event.target.dataset.longest) count(event.target);
});
dialog.addEventListener("close", () => {
  $("#dialog-page").replaceChildren();
  if (document.activeElement === body) ask.focus({ preventScroll: true });
});

document.querySelectorAll("time").forEach(localTime);
refreshHome();
listen();
