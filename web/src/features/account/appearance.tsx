import { type Theme, themes, useTheme } from "#lib/theme.ts";
import { Section } from "#ui/card.tsx";

const words: Record<Theme, string> = { system: "System", light: "Light", dark: "Dark" };

/** The theme belongs to the browser: it is stored here, not in the account. */
export function Appearance() {
  const [theme, choose] = useTheme();
  return (
    <Section title="Appearance" description="For this browser only.">
      <div role="radiogroup" aria-label="Theme" className="grid grid-cols-3 gap-3 px-5 pt-1 pb-5">
        {themes.map((each) => (
          <label
            key={each}
            className="relative grid cursor-pointer gap-2 rounded-lg border border-border p-2 text-left hover:border-border-strong has-checked:border-accent has-checked:bg-accent-soft has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent"
          >
            <input
              type="radio"
              name="theme"
              value={each}
              checked={each === theme}
              onChange={() => choose(each)}
              aria-label={words[each]}
              className="absolute inset-0 cursor-pointer appearance-none rounded-[inherit] outline-none"
            />
            <Miniature theme={each} />
            <span aria-hidden className="px-0.5 text-sm font-medium">
              {words[each]}
            </span>
          </label>
        ))}
      </div>
    </Section>
  );
}

function Miniature({ theme }: { theme: Theme }) {
  return (
    <span aria-hidden className="grid h-16 grid-flow-col overflow-hidden rounded-md border border-border">
      {theme !== "dark" && <Page theme="light" />}
      {theme !== "light" && <Page theme="dark" />}
    </span>
  );
}

function Page({ theme }: { theme: "light" | "dark" }) {
  return (
    <span data-theme={theme} className="grid content-start gap-1.5 bg-bg p-2">
      <span className="h-1.5 w-3/5 rounded-full bg-fg" />
      <span className="grid h-9 content-start gap-1 rounded border border-border bg-surface p-1.5">
        <span className="h-1 w-4/5 rounded-full bg-border-strong" />
        <span className="h-1 w-1/2 rounded-full bg-accent" />
      </span>
    </span>
  );
}
