import { countries } from "@muster/core/setting/shape.ts";

const names = new Intl.DisplayNames("en", { type: "region" });

export function countryName(code: string) {
  return code === "" ? "" : (names.of(code) ?? code);
}

/** No country, and all of them by name. */
export const countryOptions = [
  { value: "", label: "–" },
  ...countries
    .map((code) => ({ value: code, label: countryName(code) }))
    .toSorted((one, other) => one.label.localeCompare(other.label, "en")),
];
