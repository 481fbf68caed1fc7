import type { ComponentProps, ReactNode } from "react";
import { Badge } from "#ui/badge.tsx";
import { Field } from "#ui/field.tsx";
import { Input } from "#ui/input.tsx";
import { NativeSelect } from "#ui/native-select.tsx";
import { DisputedField } from "./disputed-field.tsx";
import { labels } from "./labels.ts";
import type { GeneralEditing } from "./use-general.ts";
import { type FieldName, stateOptions } from "./values.ts";

type Props = {
  editing: GeneralEditing;
  field: FieldName;
  /** How a value is shown, if not as itself. */
  show?: (value: string) => string;
  /** Another control than a text field. */
  renderControl?: (props: ControlProps) => ReactNode;
  /** Why it cannot be changed now, if so. */
  closed?: string | undefined;
} & Pick<ComponentProps<"input">, "type" | "autoComplete">;

export type ControlProps = Pick<ComponentProps<"select">, "id" | "name" | "autoComplete" | "disabled"> & {
  value: string;
  onChoose: (value: string) => void;
  onBlur: () => void;
};

const itself = (value: string) => value;

/** A field of the settings; if both have changed it, the choice replaces it. */
export function SettingField({ editing, field, show = itself, renderControl = textField, closed, ...input }: Props) {
  const { values, set, touch, errorOf, disputes, taken, choose } = editing;
  const dispute = disputes.find((one) => one.field === field);
  if (dispute) {
    return (
      <DisputedField
        dispute={dispute}
        label={labels[field]}
        isFirst={dispute === disputes[0]}
        show={show}
        onChoose={(side) => choose(field, side)}
      />
    );
  }
  return (
    <Field
      label={labels[field]}
      error={errorOf(field)}
      hint={closed}
      action={taken.includes(field) && <Badge tone="accent">Changed elsewhere</Badge>}
    >
      {(ids) =>
        renderControl({
          ...ids,
          ...input,
          name: field,
          value: values[field],
          disabled: closed !== undefined,
          onChoose: (value) => set(field, value),
          onBlur: () => touch(field),
        })
      }
    </Field>
  );
}

/** A field for one line of text. */
export const textField = ({ onChoose, ...rest }: ControlProps & Pick<ComponentProps<"input">, "type">) => (
  <Input {...rest} onChange={({ target }) => onChoose(target.value)} />
);

/** The states of a country as a list, where they are known; elsewhere a text. */
export function StateSelect({ country, ...props }: ControlProps & { country: string }) {
  const options = stateOptions(country, props.value);
  return options === undefined ? textField(props) : <NativeSelect {...props} options={options} />;
}
