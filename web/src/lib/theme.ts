import { useSyncExternalStore } from "react";
import { local } from "./storage.ts";

const key = "theme";

export const themes = ["system", "light", "dark"] as const;
export type Theme = (typeof themes)[number];

/** The chosen theme; `/theme.js` applies it, before the first paint and at each change. */
export function useTheme() {
  const theme = useSyncExternalStore(subscribe, read);
  return [theme, choose] as const;
}

function read(): Theme {
  const chosen = local.read(key);
  return chosen === "light" || chosen === "dark" ? chosen : "system";
}

function choose(theme: Theme) {
  if (theme === "system") {
    local.remove(key);
  } else {
    local.write(key, theme);
  }
  window.dispatchEvent(new Event("themechange"));
}

function subscribe(changed: () => void) {
  window.addEventListener("themechange", changed);
  window.addEventListener("storage", changed);
  return () => {
    window.removeEventListener("themechange", changed);
    window.removeEventListener("storage", changed);
  };
}
