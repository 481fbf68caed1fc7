const names = new Intl.DisplayNames("en", { type: "region" });

export function countryName(code: string) {
  return code === "" ? "" : (names.of(code) ?? code);
}
