// The page's own words, in Vietnamese and English. What Kẻng writes comes from the server.

const KEPT = "keng-language";
const PLACES = {
  text: "say", label: "sayLabel", placeholder: "sayPlaceholder", title: "sayTitle",
  description: "sayDescription",
};
const ATTRIBUTES = { label: "aria-label", description: "aria-description" };
const valuesOf = new WeakMap();
let words = { vi: {}, en: {} };
let language = "vi";

export async function loadWords() {
  const answer = await fetch(new URL("words.json", import.meta.url));
  words = await answer.json();
  let kept = null;
  try {
    kept = localStorage.getItem(KEPT);
  } catch { /* private window: the page starts in Vietnamese */ }
  if (kept in words) language = kept;
}

export const currentLanguage = () => language;

export function switchLanguage() {
  language = language === "vi" ? "en" : "vi";
  try {
    localStorage.setItem(KEPT, language);
  } catch { /* not kept, still switched */ }
}

export function word(key, values = {}) {
  const found = words[language][key] ?? words.vi[key] ?? key;
  if (typeof found !== "string") return found;
  return found.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
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
  put(node, place);
  return node;
}

export function translate(root) {
  for (const [place, name] of Object.entries(PLACES)) {
    const attribute = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    for (const node of root.querySelectorAll(`[data-${attribute}]`)) put(node, place);
  }
}
