import { colors } from "@muster/core/account/shape.ts";
import { Check } from "lucide-react";
import { useId } from "react";
import type { Account } from "#lib/api.ts";
import { cn } from "#lib/cn.ts";
import { emailName } from "#lib/domain-name.ts";
import { plural } from "#lib/format.ts";
import { Avatar, type Color, colorClass } from "#ui/avatar.tsx";
import { Section } from "#ui/card.tsx";
import { Combobox } from "#ui/combobox.tsx";
import { Field } from "#ui/field.tsx";
import { InputField } from "#ui/input.tsx";
import { LeaveGuard } from "#ui/leave-guard.tsx";
import { SelectField } from "#ui/native-select.tsx";
import { SaveBar } from "#ui/save-bar.tsx";
import { useProfile } from "./use-profile.ts";

export function ProfileForm({ account }: { account: Account }) {
  const { form, values, set, touch, errorOf, error, submit, discard, changes, isBusy } = useProfile(account);
  const { name, color, locale, zone } = values;
  return (
    <form ref={form} noValidate onSubmit={submit}>
      <Section title="Profile" description="What other members see about you.">
        <div className="grid gap-5 px-5 pt-1 pb-5">
          <div className="flex min-w-0 items-center gap-4">
            <Avatar name={name} color={color} size="huge" />
            <div className="min-w-0">
              <p className="truncate text-lg font-semibold">{name || " "}</p>
              <p className="truncate text-fg-2" title={account.email}>
                {emailName(account.email)}
              </p>
            </div>
          </div>
          <InputField
            label="Name"
            error={errorOf("name")}
            value={name}
            onChange={({ target }) => set("name", target.value)}
            onBlur={() => touch("name")}
            autoComplete="name"
          />
          <ColorPicker value={color} onChange={(chosen) => set("color", chosen)} />
          <div className="grid items-start gap-5 sm:grid-cols-2">
            <SelectField
              label="Dates and numbers"
              hint="The format of dates and numbers."
              error={errorOf("locale")}
              value={locale}
              options={localeOptions(locale)}
              onChoose={(chosen) => set("locale", chosen)}
            />
            <ZoneField value={zone} onChange={(chosen) => set("zone", chosen)} error={errorOf("zone")} />
          </div>
        </div>
      </Section>
      <SaveBar
        label={changes > 0 ? plural(changes, "unsaved change") : undefined}
        error={error}
        isBusy={isBusy}
        onDiscard={discard}
      />
      <LeaveGuard isHolding={() => changes > 0} onLeave={discard}>
        Your changes to the profile are not saved yet.
      </LeaveGuard>
    </form>
  );
}

type ColorProps = { value: Color; onChange: (color: Color) => void };

function ColorPicker({ value, onChange }: ColorProps) {
  const id = useId();
  return (
    <div className="grid gap-2">
      <span id={id} className="text-sm font-medium">
        Color
      </span>
      <div role="radiogroup" aria-labelledby={id} className="flex flex-wrap gap-2.5">
        {colors.map((color) => (
          <label
            key={color}
            title={color}
            className={cn(
              "group relative grid size-8 cursor-pointer place-items-center rounded-full text-person-fg ring-offset-2 ring-offset-surface has-checked:ring-2 has-checked:ring-fg has-focus-visible:outline-2 has-focus-visible:outline-offset-4 has-focus-visible:outline-accent pointer-coarse:size-10",
              colorClass[color],
            )}
          >
            <input
              type="radio"
              name={`${id}color`}
              value={color}
              checked={color === value}
              onChange={() => onChange(color)}
              aria-label={color}
              className="absolute inset-0 cursor-pointer appearance-none rounded-[inherit] outline-none"
            />
            <Check aria-hidden className="size-4 not-group-has-checked:invisible" strokeWidth={3} />
          </label>
        ))}
      </div>
    </div>
  );
}

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
function localeOptions(present: string) {
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

const zones = ["UTC", ...Intl.supportedValuesOf("timeZone").filter((zone) => zone !== "UTC")];

type ZoneProps = { value: string; onChange: (zone: string) => void; error: string | undefined };

function ZoneField({ value, onChange, error }: ZoneProps) {
  const own = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  return (
    <Field
      label="Time zone"
      error={error}
      hint={
        own === value ? (
          "The same as this browser."
        ) : (
          <button type="button" className="text-accent-text hover:underline" onClick={() => onChange(own)}>
            Use {own}, as this browser does
          </button>
        )
      }
    >
      {(ids) => <Combobox {...ids} value={value} items={zones} onChange={onChange} emptyText="Unknown time zone." />}
    </Field>
  );
}
