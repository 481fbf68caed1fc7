const tags = [
  "en",
  "en-GB",
  "en-CA",
  "de-DE",
  "fr-FR",
  "es-ES",
  "it-IT",
  "nl-NL",
  "pt-BR",
  "pl-PL",
  "sv-SE",
  "ja-JP",
  "ko-KR",
  "zh-CN",
];
const sample = new Date(2026, 11, 31, 15, 30);

/** The available locales, each with a sample date; the current one is always included. */
export function localeOptions(present: string) {
  const names = new Intl.DisplayNames("en", { type: "language" });
  const all = tags.includes(present) ? tags : [present, ...tags];
  return all.map((tag) => ({
    value: tag,
    label: `${nameOf(names, tag)} · ${new Intl.DateTimeFormat(tag, { dateStyle: "short" }).format(sample)}`,
  }));
}

function nameOf(names: Intl.DisplayNames, tag: string) {
  return tag === "en" ? "English (US)" : (names.of(tag) ?? tag);
}
