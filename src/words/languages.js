// The studio's languages but English, in which it is written: a file each, loaded when it is spoken.

// What stands in capitals is put in when the page is built, as each `new URL` is written out: this
// is how bundlers find the files.
const files = {
  ar: () => [new URL(WORDS_AR_NAME, import.meta.url), WORDS_AR_HASH],
  de: () => [new URL(WORDS_DE_NAME, import.meta.url), WORDS_DE_HASH],
  es: () => [new URL(WORDS_ES_NAME, import.meta.url), WORDS_ES_HASH],
  fr: () => [new URL(WORDS_FR_NAME, import.meta.url), WORDS_FR_HASH],
  ja: () => [new URL(WORDS_JA_NAME, import.meta.url), WORDS_JA_HASH],
  pt: () => [new URL(WORDS_PT_NAME, import.meta.url), WORDS_PT_HASH],
  zh: () => [new URL(WORDS_ZH_NAME, import.meta.url), WORDS_ZH_HASH],
};
const texts = {};
const loading = {};

const RIGHT_TO_LEFT = /Adlm|Arab|Hebr|Nkoo|Rohg|Syrc|Thaa/;
/** Where the language is kept that a person chose. */
const CHOICE = "backdrop:language";

/**
 * The language tag of a studio, and the direction that it brings: the nearest that is said around
 * it, with no direction where one is said nearer; or what the visitor chose, if the page lets them.
 */
function spoken(host) {
  if (host.hasAttribute("choose-language")) return [chosen(), directionOf(chosen())];
  for (let at = host, dir; at; at = at.parentElement ?? at.getRootNode().host) {
    if (at.hasAttribute("dir")) dir = "";
    if (!at.hasAttribute("lang")) continue;
    try {
      return [at.lang, dir ?? directionOf(at.lang)];
    } catch {
      break; // No language that the browser knows the form of.
    }
  }
  return ["en", ""];
}

const directionOf = (tag) => (RIGHT_TO_LEFT.test(new Intl.Locale(tag).maximize().script) ? "rtl" : "");

/** The language that was chosen here, else the browser's first that the studio speaks. */
function chosen() {
  const speaks = (tag) => nearest(tag) !== "en" || /^en\b/.test(tag);
  return [kept(), ...navigator.languages].find((tag) => tag && speaks(tag)) ?? "en";
}

let picked;

function kept() {
  try {
    return picked ?? localStorage.getItem(CHOICE);
  } catch {
    return null; // There is no storage.
  }
}

/** Lets a studio speak its language; gives the tag. `place` holds its outermost element. */
export function speak(host, place) {
  const [lang, dir] = spoken(host);
  Object.assign(place, { lang, dir });
  return lang;
}

/** Takes a person's choice, which holds the next time too; gives the tag. */
export function choose(app, code) {
  picked = code;
  try {
    localStorage.setItem(CHOICE, code);
  } catch {
    // There is no storage: it holds until the page is left.
  }
  return speak(app.getRootNode().host, app.closest(".place"));
}

/** Loads what a studio is about to speak. */
export const bring = (host) => load(nearest(spoken(host)[0]));

/** The language that is spoken for a tag. */
export function nearest(tag) {
  try {
    const { language, script } = new Intl.Locale(tag).maximize();
    // Who reads traditional characters is not given simplified ones.
    if (language in files && script !== "Hant") return language;
  } catch {
    // No language that the browser knows the form of.
  }
  return "en";
}

/** Loads a language; where it does not come, English is spoken. */
export function load(code) {
  return (loading[code] ??= read(code));
}

async function read(code) {
  try {
    const [url, integrity] = files[code]?.() ?? [];
    if (!url) return;
    const response = await fetch(url, { integrity });
    if (!response.ok) throw new Error(`status ${response.status}`);
    texts[code] = await response.text();
  } catch (error) {
    delete loading[code];
    console.warn(`Backdrop speaks English, as its words in "${code}" did not come: ${error.message}`);
  }
}

/** A language's file, if it is loaded. */
export const known = (code) => texts[code];

// Most numbers on a page need no formatter, whose first use takes longer than a view.
export const written = (tag, number, digits) =>
  !digits && number >= 0 && number < 1000 && !/^ar|-u-/i.test(tag)
    ? `${Math.round(number)}`
    : number.toLocaleString(tag, { minimumFractionDigits: digits, maximumFractionDigits: digits });

export const moment = (tag, at) =>
  new Date(at).toLocaleString(tag, { dateStyle: "medium", timeStyle: "short" });

export const plural = (code, count) => new Intl.PluralRules(code).select(count);
