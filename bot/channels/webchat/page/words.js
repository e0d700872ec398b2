// The page's own words, in Vietnamese and English; and the server's sentences, which come in both.

const KEPT = "keng-language";
const PLACES = {
  text: "say", label: "sayLabel", placeholder: "sayPlaceholder", title: "sayTitle",
  description: "sayDescription",
};
const ATTRIBUTES = { label: "aria-label", description: "aria-description" };
const valuesOf = new WeakMap();
const sentences = new WeakMap();
let words = { vi: {}, en: {} };
let language = "vi";

export async function loadWords() {
  const answer = await fetch(new URL("words.json", import.meta.url));
  words = await answer.json();
  const kept = recall(KEPT);
  if (kept in words) language = kept;
}

/** What this browser remembers; null in a private window. */
export function recall(name) {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

export function remember(name, value) {
  try {
    localStorage.setItem(name, value);
  } catch { /* not kept: the page works all the same */ }
}

export const currentLanguage = () => language;

export function switchLanguage() {
  language = language === "vi" ? "en" : "vi";
  remember(KEPT, language);
}

/** A sentence of the server in the language of the page. */
export const pick = (both) => both[language] ?? both.vi;

function filled(value) {
  if (typeof value === "function") return value();
  return value?.vi === undefined ? value ?? "" : pick(value);
}

/** A word of the page. Values may be text, a sentence in both languages, or a function of the language. */
export function word(key, values = {}) {
  const found = words[language][key] ?? words.vi[key] ?? key;
  if (typeof found !== "string") return found;
  return found.replace(/\{(\w+)\}/g, (_, name) => filled(values[name]));
}

function put(node, place) {
  const text = word(node.dataset[PLACES[place]], valuesOf.get(node)?.[place]);
  if (place === "text") node.textContent = text;
  else node.setAttribute(ATTRIBUTES[place] ?? place, text);
}

/** Writes a word into a node so that it follows the language switch. */
export function say(node, key, values = {}, place = "text") {
  node.dataset[PLACES[place]] = key;
  valuesOf.set(node, { ...valuesOf.get(node), [place]: values });
  if (place === "text") delete node.dataset.both;
  put(node, place);
  return node;
}

/** Writes a sentence of the server into a node so that it follows the language switch. */
export function sayBoth(node, both) {
  delete node.dataset.say;
  node.dataset.both = "";
  sentences.set(node, both);
  node.textContent = pick(both);
  return node;
}

/** Empties a node for good: the next switch of the language writes nothing into it. */
export function hush(node) {
  delete node.dataset.say;
  delete node.dataset.both;
  node.textContent = "";
}

export function translate(root) {
  for (const [place, name] of Object.entries(PLACES)) {
    const attribute = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    for (const node of root.querySelectorAll(`[data-${attribute}]`)) put(node, place);
  }
  for (const node of root.querySelectorAll("[data-both]")) node.textContent = pick(sentences.get(node));
}
