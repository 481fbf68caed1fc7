import { Controller } from "react-hook-form";
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
  const { form, submit, discard, changes, isBusy } = useProfile(account);
  const { errors } = form.formState;
  const [name, color] = form.watch(["name", "color"]);
  return (
    <form noValidate onSubmit={submit}>
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
          <Field label="Name" error={errors.name?.message}>
            {(ids) => <Input {...ids} {...form.register("name")} autoComplete="name" />}
          </Field>
          <Controller
            control={form.control}
            name="color"
            render={({ field }) => <ColorPicker value={field.value} onChange={field.onChange} />}
          />
          <div className="grid items-start gap-5 sm:grid-cols-2">
            <Controller
              control={form.control}
              name="locale"
              render={({ field }) => (
                <Field label="Dates and numbers" hint="The format of dates and numbers." error={errors.locale?.message}>
                  {(ids) => (
                    <NativeSelect
                      {...ids}
                      value={field.value}
                      options={localeOptions(field.value)}
                      onChoose={field.onChange}
                    />
                  )}
                </Field>
              )}
            />
            <Controller
              control={form.control}
              name="zone"
              render={({ field }) => (
                <ZoneField value={field.value} onChange={field.onChange} error={errors.zone?.message} />
              )}
            />
          </div>
        </div>
      </Section>
      <SaveBar
        label={changes > 0 ? plural(changes, "unsaved change") : undefined}
        error={errors.root?.["server"]?.message}
        isBusy={isBusy}
        onDiscard={discard}
      />
      <LeaveGuard isHolding={() => changes > 0} onLeave={discard}>
        Your changes to the profile are not saved yet.
      </LeaveGuard>
    </form>
  );
}
