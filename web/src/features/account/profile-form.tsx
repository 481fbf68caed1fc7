import type { Account } from "#lib/api.ts";
import { emailName } from "#lib/domain-name.ts";
import { plural } from "#lib/format.ts";
import { Avatar } from "#ui/avatar.tsx";
import { Section } from "#ui/card.tsx";
import { Field } from "#ui/field.tsx";
import { Input } from "#ui/input.tsx";
import { LeaveGuard } from "#ui/leave-guard.tsx";
import { NativeSelect } from "#ui/native-select.tsx";
import { SaveBar } from "#ui/save-bar.tsx";
import { ColorPicker } from "./color-picker.tsx";
import { localeOptions } from "./locales.ts";
import { useProfile } from "./use-profile.ts";
import { ZoneField } from "./zone-field.tsx";

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
          <Field label="Name" error={errorOf("name")}>
            {(ids) => (
              <Input
                {...ids}
                value={name}
                onChange={({ target }) => set("name", target.value)}
                onBlur={() => touch("name")}
                autoComplete="name"
              />
            )}
          </Field>
          <ColorPicker value={color} onChange={(chosen) => set("color", chosen)} />
          <div className="grid items-start gap-5 sm:grid-cols-2">
            <Field label="Dates and numbers" hint="The format of dates and numbers." error={errorOf("locale")}>
              {(ids) => (
                <NativeSelect
                  {...ids}
                  value={locale}
                  options={localeOptions(locale)}
                  onChoose={(chosen) => set("locale", chosen)}
                />
              )}
            </Field>
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
