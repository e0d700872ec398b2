// One message as nodes: text, buttons, a file, its time.

import { hourOf, make, makeButton } from "./helpers.js";
import { currentLanguage, say } from "./words.js";

const LONG = 17;
const MANY = 6;
const LONG_OF_MANY = 32;
const ADDRESS = /(?<![^\s(])(?:https?:\/\/|\/(?:s|web)\/)[^\s]+/g;

function sameOrigin(address) {
  try {
    const url = new URL(address, location.href);
    return url.origin === location.origin ? url : null;
  } catch {
    return null;
  }
}

/** Plain text; addresses of this server become links, everything else stays text. */
function fillText(node, text) {
  let from = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const address = match[0].replace(/[.,;:!?)\]]+$/, "");
    const url = sameOrigin(address);
    if (!url) continue;
    const link = make("a", "", address);
    link.href = url.href;
    link.target = "_blank";
    link.rel = "noopener";
    node.append(text.slice(from, match.index), link);
    from = match.index + address.length;
  }
  node.append(text.slice(from));
}

function cardName(name) {
  const node = make("span", "card-name", name);
  node.lang = "vi";
  return node;
}

function fileCard(file) {
  const url = sameOrigin(file.url ?? "");
  const card = make(url && file.url ? "a" : "span", "card");
  if (card.tagName === "A") {
    card.href = url.href;
    card.download = file.name;
  }
  card.append(cardName(file.name));
  if (card.tagName === "A") card.append(say(make("span", "card-get"), "file_get"));
  return card;
}

function markPressed(button) {
  if (button.classList.contains("pressed")) return;
  button.classList.add("pressed");
  say(button, "pressed", {}, "description"); // the name stays what it was
}

/**
 * Buttons that take a whole line: the long ones, and a short one left without a neighbour.
 * A list of names stays in two columns: its labels may take two lines.
 */
function wideOnes(buttons) {
  const long = buttons.length > MANY ? LONG_OF_MANY : LONG;
  const wide = new Set();
  for (let index = 0; index < buttons.length; index += 1) {
    const isShort = (at) => buttons[at] && buttons[at].label.length <= long;
    if (isShort(index) && isShort(index + 1)) index += 1;
    else wide.add(index);
  }
  return wide;
}

/** The message in the language of the page. What a person typed is in their own only. */
function wordsOf({ text, buttons = [], en }) {
  const english = currentLanguage() === "en" && en;
  const label = (index) => english?.labels?.[index] ?? buttons[index].label;
  return {
    lang: english ? "en" : "vi",
    text: english ? english.text : text,
    buttons: buttons.map((button, index) => ({ ...button, label: label(index) })),
  };
}

/**
 * @param message the message as the server sent it
 * @param view own: on the right; name: who speaks; showName; pressed: set of tokens;
 *   buttons: whether this phone has any; press(token): promise of true when it arrived
 */
export function makeBubble(message, view) {
  const words = wordsOf(message);
  const row = make("div", `message ${view.own ? "own" : message.from}`);
  row.dataset.id = message.id;
  const bubble = make("div", "bubble");
  const speaker = make("span", view.showName ? "speaker-name" : "unseen", view.name);
  speaker.lang = "vi";
  speaker.append(make("span", "unseen", ": "));
  bubble.append(speaker);
  if (words.text) {
    const text = make("div", "text");
    text.lang = words.lang;
    fillText(text, words.text);
    bubble.append(text);
  }
  if (message.file) bubble.append(fileCard(message.file));
  if (message.file && !view.own) row.classList.add("enclosed");
  const time = make("time", "", hourOf(message.at));
  time.dateTime = message.at;
  bubble.append(time);
  row.append(bubble);

  if (view.buttons && words.buttons.length) {
    const choices = make("div", "choices");
    choices.lang = words.lang;
    const wide = wideOnes(words.buttons);
    for (const [index, { label, token, style }] of words.buttons.entries()) {
      const button = makeButton("choice", label.replace(/ (?=\d+$)/, "\u00a0")); // "số 25" stays together
      button.dataset.token = token;
      if (style === "success" || style === "danger") button.classList.add(style);
      if (wide.has(index)) button.classList.add("long");
      if (view.pressed.has(token)) markPressed(button);
      button.addEventListener("click", async () => {
        button.setAttribute("aria-busy", "true");
        if (await view.press(token)) markPressed(button);
        button.removeAttribute("aria-busy");
      });
      choices.append(button);
    }
    row.append(choices);
  }
  return row;
}
