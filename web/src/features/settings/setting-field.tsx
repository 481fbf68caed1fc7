import type { ComponentProps, ComponentType } from "react";
import { Badge } from "#ui/badge.tsx";
import { Field } from "#ui/field.tsx";
import { Input } from "#ui/input.tsx";
import { DisputedField } from "./disputed-field.tsx";
import type { GeneralEditing } from "./use-general.ts";
import { type FieldName, labels } from "./values.ts";

type Props = {
  editing: GeneralEditing;
  field: FieldName;
  /** How a value is shown, if not as itself. */
  show?: (value: string) => string;
  /** Another control than a text field. */
  control?: ComponentType<Pick<ComponentProps<"select">, "id" | "name" | "autoComplete">>;
} & Pick<ComponentProps<"input">, "type" | "autoComplete">;

/** A field of the settings; if both have changed it, the choice replaces it. */
export function SettingField({ editing, field, show, control: Control = Input, ...input }: Props) {
  const { form, disputes, taken, choose } = editing;
  const dispute = disputes.find((one) => one.field === field);
  if (dispute) {
    const isFirst = dispute === disputes[0];
    return <DisputedField dispute={dispute} label={labels[field]} isFirst={isFirst} show={show} onChoose={choose} />;
  }
  return (
    <Field
      label={labels[field]}
      error={form.getFieldState(field, form.formState).error?.message}
      action={taken.includes(field) && <Badge tone="accent">Changed by someone else</Badge>}
    >
      {(ids) => <Control {...ids} {...input} {...form.register(field)} />}
    </Field>
  );
}
