import { labelOf } from "#features/settings/setting-text.ts";
import type { DeviceSummary } from "#lib/organization-devices.ts";
import { useFormat } from "#lib/use-format.ts";
import { Section } from "#ui/card.tsx";
import { codeTextOf, sectionText } from "./text.ts";

/** What devices refuse, why, and what to do about it. */
export function Refusals({ refusals }: Pick<DeviceSummary, "refusals">) {
  const format = useFormat();
  if (refusals.length === 0) {
    return null;
  }
  return (
    <Section title="Refused settings" description="Current settings that some devices refuse, and why.">
      <ul className="divide-y divide-border border-t border-border">
        {refusals.map(({ section, code, key, message, devices }) => {
          const { label, advice } = codeTextOf(code);
          return (
            <li key={`${section} ${code} ${key}`} className="flex items-start gap-4 px-5 py-3">
              <div className="min-w-0 flex-1">
                <p className="font-medium wrap-anywhere">
                  {key === undefined ? sectionText[section] : labelOf(key)}
                  <span className="text-fg-2"> · {label}</span>
                </p>
                {message !== undefined && (
                  <p className="mt-0.5 text-sm text-fg-2 wrap-anywhere">
                    {devices === 1 ? "It says" : "One of them says, for example"}: “{message}”
                  </p>
                )}
                <p className="mt-1 text-sm text-fg-2">
                  <span className="font-medium text-fg">What to do:</span> {advice}
                </p>
              </div>
              <span className="tabular shrink-0 text-sm font-medium">
                {format.number(devices)} {devices === 1 ? "device" : "devices"}
              </span>
            </li>
          );
        })}
      </ul>
    </Section>
  );
}
