import { countries } from "@muster/core/setting/shape.ts";
import { countryName } from "./country-name.ts";

/** No country, and all of them by name. */
export const countryOptions = [
  { value: "", label: "–" },
  ...countries
    .map((code) => ({ value: code, label: countryName(code) }))
    .toSorted((one, other) => one.label.localeCompare(other.label, "en")),
];
