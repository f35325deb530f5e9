// Theme, search, where the reader is, copying, and "Try it". The page is complete without it.
"use strict";

const root = document.documentElement;
root.classList.add("scripts");
const all = (selector, within = document) => [...within.querySelectorAll(selector)];

// The address that the first server of this origin has; servers are relative to the document.
const documentUrl = new URL(document.body.dataset.document, location.href);
const servers = JSON.parse(document.body.dataset.servers).map((url) => {
  try { return new URL(url, documentUrl); } catch { return null; }
});
const server = servers.find((url) => url?.origin === location.origin) ?? new URL("/", location.href);
const base = server.href.replace(/\/$/, "");
for (const span of all(".base")) span.textContent = base;

function themes() {
  const button = document.querySelector(".theme");
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const current = () => root.dataset.theme ?? (dark.matches ? "dark" : "light");
  const show = () => { button.textContent = current() === "dark" ? "Light theme" : "Dark theme"; };
  root.dataset.theme = localStorage.getItem("theme") ?? "";
  if (!root.dataset.theme) delete root.dataset.theme;
  button.addEventListener("click", () => {
    root.dataset.theme = current() === "dark" ? "light" : "dark";
    localStorage.setItem("theme", root.dataset.theme);
    show();
  });
  dark.addEventListener("change", show);
  show();
}

function search() {
  const nav = document.getElementById("contents");
  const box = nav.querySelector("input[type=search]");
  const links = all("li a", nav).map((link) => [link, `${link.textContent} ${link.title}`.toLowerCase()]);
  const groups = all("section, details", nav);
  const filter = () => {
    const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const [link, text] of links) link.parentElement.hidden = !words.every((word) => text.includes(word));
    for (const group of groups) {
      group.hidden = !group.querySelector("li:not([hidden])");
      if (group.matches("details")) group.open = words.length > 0 && !group.hidden;
    }
  };
  box.addEventListener("input", filter);
  box.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { box.value = ""; filter(); box.blur(); }
    if (event.key === "Enter") links.find(([link]) => !link.parentElement.hidden)?.[0].click();
  });
  addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.target.matches("input, textarea, select")) return;
    event.preventDefault();
    if (getComputedStyle(nav).display === "none") nav.showPopover();
    box.focus();
  });
  nav.addEventListener("click", (event) => {
    if (event.target.closest("a") && nav.matches(":popover-open")) nav.hidePopover();
  });
}

function follow() {
  const nav = document.getElementById("contents");
  const links = new Map(all("li a", nav).map((link) => [link.hash.slice(1), link]));
  const places = all("main [id]").filter((place) => links.has(place.id));
  const seen = new Set();
  const watcher = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) seen[isIntersecting ? "add" : "delete"](target);
    const first = places.find((place) => seen.has(place));
    if (!first) return;
    nav.querySelector("[aria-current]")?.removeAttribute("aria-current");
    const link = links.get(first.id);
    link.setAttribute("aria-current", "true");
    const box = link.getBoundingClientRect(), room = nav.getBoundingClientRect();
    if (box.top < room.top || box.bottom > room.bottom) nav.scrollTop += box.top - room.top - room.height / 3;
  }, { rootMargin: "-15% 0px -55% 0px" });
  for (const place of places) watcher.observe(place);
}

function copying() {
  for (const button of all(".copy")) {
    button.addEventListener("click", async () => {
      const pre = button.closest(".panel").querySelector("pre");
      // Without TLS a browser has no clipboard to write to: the text is marked instead.
      if (!navigator.clipboard) { getSelection().selectAllChildren(pre); return; }
      await navigator.clipboard.writeText(pre.textContent);
      button.textContent = "Copied";
      setTimeout(() => { button.textContent = "Copy"; }, 1500);
    });
  }
}

// What is printed is all there is: closed parts are opened, and closed again.
let opened = [];
addEventListener("beforeprint", () => {
  opened = all("details:not([open], .try)");
  for (const part of opened) { part.dataset.group = part.getAttribute("name") ?? ""; part.removeAttribute("name"); part.open = true; }
});
addEventListener("afterprint", () => {
  for (const part of opened) { part.open = false; if (part.dataset.group) part.setAttribute("name", part.dataset.group); }
});

// "Try it": what a form holds becomes a request, sent to this origin, and its answer is shown as it comes.
const credentials = document.getElementById("credentials");
const storeKey = `restlite:${documentUrl.href}`;

// Credentials live in this tab's session storage, and nowhere else.
if (credentials) {
  const kept = JSON.parse(sessionStorage.getItem(storeKey) ?? "{}");
  for (const box of credentials.elements) if (box.name in kept) box.value = kept[box.name];
  credentials.addEventListener("submit", (event) => event.preventDefault());
  credentials.addEventListener("input", () => {
    sessionStorage.setItem(storeKey, JSON.stringify(Object.fromEntries(new FormData(credentials))));
  });
}

const utf8ToBase64 = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));

// Takes the first alternative of which every scheme has a value.
function authorize(form, request) {
  const cards = new Map(all("[data-scheme]").map((card) => [card.dataset.scheme, card]));
  const value = (name, part = "value") => cards.get(name)?.querySelector(`[data-part="${part}"]`)?.value ?? "";
  const free = (name) => ["cookie", "none"].includes(cards.get(name)?.dataset.kind);
  const chosen = JSON.parse(form.dataset.security)
    .find((names) => names.every((name) => free(name) || value(name) || value(name, "user")));
  for (const name of chosen ?? []) {
    const { kind, parameter } = cards.get(name).dataset;
    if (kind === "bearer") request.headers.set("Authorization", `Bearer ${value(name)}`);
    if (kind === "basic") request.headers.set("Authorization", `Basic ${utf8ToBase64(`${value(name, "user")}:${value(name, "password")}`)}`);
    if (kind === "header") request.headers.set(parameter, value(name));
    if (kind === "query") request.query.push(`${encodeURIComponent(parameter)}=${encodeURIComponent(value(name))}`);
  }
}

const json = (text) => { try { return JSON.parse(text); } catch { return undefined; } };

// Writes a value as OpenAPI's styles do (3.1, 4.8.12): name and text, once or several times.
function pairs({ name, value, dataset }) {
  const { type, style } = dataset;
  const explode = dataset.explode ? dataset.explode === "true" : !style || style === "form" || style === "deepObject";
  const members = type === "object" ? json(value) : undefined;
  if (members && typeof members === "object") {
    const text = (item) => typeof item === "object" ? JSON.stringify(item) : String(item);
    const items = Object.entries(members);
    if (style === "deepObject") return items.map(([key, item]) => [`${name}[${key}]`, text(item)]);
    if (explode) return items.map(([key, item]) => [key, text(item)]);
    return [[name, items.flat().map(text).join(",")]];
  }
  if (type === "array") {
    const items = value.split(",").map((item) => item.trim());
    const by = { spaceDelimited: " ", pipeDelimited: "|" }[style] ?? ",";
    return explode ? items.map((item) => [name, item]) : [[name, items.join(by)]];
  }
  return [[name, value]];
}

function fill(request, field) {
  const place = field.dataset.in;
  if (place === "path") {
    const text = encodeURIComponent(field.value);
    request.path = request.path.replace(`{${field.name}}`, field.dataset.style === "label" ? `.${text}` : text);
  } else if (field.value === "") {
    return;
  } else if (place === "query") {
    for (const [name, value] of pairs(field)) request.query.push(`${encodeURIComponent(name)}=${encodeURIComponent(value)}`);
  } else if (place === "querystring") {
    request.query.push(field.value);
  } else if (place === "header") {
    request.headers.set(field.name, field.value);
  } else if (place === "body") {
    request.body = field.value;
  } else if (place === "file") {
    request.body = field.files[0];
  } else if (place === "form") {
    const values = field.files ? [...field.files] : pairs(field).map(([, value]) => value);
    for (const value of values) request.parts.push([field.name, value]);
  }
}

// Gives { method, url, headers, body } of what a form holds.
function requestOf(form) {
  const { method, path } = form.dataset;
  const request = { path, query: [], headers: new Headers(), parts: [], body: undefined };
  for (const field of form.elements) if (field.dataset.in && !field.matches(":disabled")) fill(request, field);
  authorize(form, request);
  const media = form.querySelector("fieldset[data-media]:not([hidden])")?.dataset.media;
  if (media === "multipart/form-data") {
    request.body = new FormData();
    for (const [name, value] of request.parts) request.body.append(name, value);
  } else if (media) {
    if (media === "application/x-www-form-urlencoded") request.body = new URLSearchParams(request.parts).toString();
    request.headers.set("Content-Type", media);
  }
  const query = request.query.length ? `?${request.query.join("&")}` : "";
  return { method, url: `${base}${request.path}${query}`, headers: request.headers, body: request.body, parts: request.parts };
}

function curl({ method, url, headers, body, parts }) {
  const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;
  const words = [`curl${method === "GET" && !body ? "" : ` -X ${method}`} ${quoted(url)}`];
  for (const [name, value] of headers) words.push(`-H ${quoted(`${name}: ${value}`)}`);
  if (typeof body === "string") words.push(`--data-raw ${quoted(body)}`);
  else if (body instanceof File) words.push(`--data-binary ${quoted(`@${body.name}`)}`);
  else if (body) for (const [name, value] of parts) words.push(`-F ${quoted(`${name}=${value instanceof File ? `@${value.name}` : value}`)}`);
  return words.join(" \\\n  ");
}

function node(name, text, className = "") {
  const made = document.createElement(name);
  made.textContent = text;
  made.className = className;
  return made;
}

// Marks the tokens of JSON, as the server marks those of its examples.
function coloured(text) {
  const code = document.createElement("code");
  const tokens = /("(?:[^"\\]|\\.)*")(\s*:)?|-?\d[\d.eE+-]*|\b(?:true|false|null)\b/g;
  let at = 0;
  for (const match of text.matchAll(tokens)) {
    const token = match[1] ?? match[0];
    code.append(text.slice(at, match.index), node(match[1] ? (match[2] ? "b" : "i") : "u", token));
    at = match.index + token.length;
  }
  code.append(text.slice(at));
  return code;
}

function head(output, response, started) {
  const line = node("p", "", "line");
  const took = `${Math.round(performance.now() - started)} ms`;
  line.append(node("span", `${response.status} ${response.statusText}`, `status s${String(response.status)[0]}`), took);
  const fields = document.createElement("details");
  fields.append(node("summary", "Header fields"), node("pre", [...response.headers].map(([name, value]) => `${name}: ${value}`).join("\n")));
  output.replaceChildren(line, fields);
}

const isText = (media) => media === "" || /^text\/|json|xml|javascript|yaml|urlencoded/.test(media);

async function show(output, response) {
  const media = (response.headers.get("Content-Type") ?? "").split(";")[0].trim();
  if (!isText(media)) {
    const blob = await response.blob();
    const link = node("a", `Save ${blob.size.toLocaleString()} bytes of ${media}`);
    link.href = URL.createObjectURL(blob);
    link.download = "";
    output.append(node("p", "", "line"));
    output.lastChild.append(link);
    return;
  }
  const pre = node("pre", "");
  pre.tabIndex = 0;
  output.append(pre);
  // Streams are shown as they come.
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (let part; reader && !(part = await reader.read()).done;) {
    text += part.value;
    pre.append(part.value);
  }
  const parsed = /json$/.test(media) ? json(text) : undefined;
  if (parsed !== undefined) pre.replaceChildren(coloured(JSON.stringify(parsed, null, 2)));
  if (!text) pre.remove();
}

async function send(form) {
  const output = form.querySelector("output");
  const [sendButton, stopButton] = form.querySelectorAll(".buttons button");
  const { method, url, headers, body } = requestOf(form);
  const stop = new AbortController();
  stopButton.onclick = () => stop.abort();
  sendButton.disabled = true;
  stopButton.hidden = false;
  const waiting = node("p", "Sending…", "line");
  output.replaceChildren(waiting);
  const started = performance.now();
  try {
    const response = await fetch(url, { method, headers, body, signal: stop.signal, redirect: "follow", credentials: "same-origin" });
    head(output, response, started);
    await show(output, response);
  } catch (error) {
    waiting.remove();
    const said = stop.signal.aborted ? "Stopped." : `No answer: ${error.message}`;
    output.append(node("p", said, stop.signal.aborted ? "line" : "line failed"));
  } finally {
    sendButton.disabled = false;
    stopButton.hidden = true;
  }
}

addEventListener("submit", (event) => {
  if (!event.target.closest(".try")) return;
  event.preventDefault();
  send(event.target);
});
addEventListener("keydown", (event) => {
  const form = event.target.closest?.(".try form");
  if (form && event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
});
addEventListener("input", (event) => {
  const form = event.target.closest(".try form");
  if (!form) return;
  if (event.target.matches(".media-type")) {
    for (const part of form.querySelectorAll("[data-media]")) part.hidden = part.disabled = part.dataset.media !== event.target.value;
  }
  const pre = form.closest("aside").querySelector("[data-curl] code");
  pre.textContent = curl(requestOf(form));
});

themes();
search();
follow();
copying();
