import { TriangleAlert } from "lucide-react";
import type { ComponentProps, ReactNode } from "react";
import { type ContactRefusal, settingOf } from "#lib/billing.ts";
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
  /** Returns the text of a value; without it, the value is shown as itself. */
  show?: (value: string) => string;
  /** Another control than a text field. */
  renderControl?: (props: ControlProps) => ReactNode;
  /** The reason that it cannot be changed now. */
  closed?: string | undefined;
  /** Saved values that Stripe refused, for a field that it gets. */
  refusals?: readonly ContactRefusal[] | undefined;
} & Pick<ComponentProps<"input">, "type" | "autoComplete">;

export type ControlProps = Pick<ComponentProps<"select">, "id" | "name" | "autoComplete" | "disabled"> & {
  value: string;
  onChoose: (value: string) => void;
  onBlur: () => void;
};

const itself = (value: string) => value;

/** A field of the settings; if both have changed it, the choice replaces it. */
export function SettingField({ editing, field, show = itself, renderControl = textField, ...more }: Props) {
  const { closed, refusals, ...input } = more;
  const { values, base, set, touch, errorOf, disputes, taken, choose } = editing;
  const refusal = refusals?.find((one) => settingOf(one) === field);
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
      hint={closed ?? (refusal && values[field] === base[field] && <Refused refusal={refusal} />)}
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

/** Says what Stripe refused, what it has in its place, and why. */
function Refused({ refusal: { field, reason } }: { refusal: ContactRefusal }) {
  return (
    <span className="flex items-start gap-1.5 text-warning-text wrap-anywhere">
      <TriangleAlert className="mt-0.5 size-4 shrink-0" />
      <span>
        {refusedTexts[field]} Its reason: “{reason}”
      </span>
    </span>
  );
}

const addressRefused = "Stripe refused this address, and keeps the last one that it accepted.";
const partRefused = "Stripe refused this, and has the address without it.";
const refusedTexts: Record<ContactRefusal["field"], string> = {
  name: "Stripe refused this name, and keeps the last one that it accepted.",
  contact: "Stripe refused the billing contact, and keeps the last one that it accepted.",
  "contact.email": addressRefused,
  "contact.billingEmail": addressRefused,
  "contact.phone": "Stripe refused this phone number, and keeps the last one that it accepted.",
  address: addressRefused,
  "address.country":
    "Stripe refused this, and has the address without it, or the last one that it accepted if taxes depend on it.",
  "address.street": partRefused,
  "address.city": partRefused,
  "address.state": partRefused,
  "address.postalCode": partRefused,
};

/** A field for one line of text. */
export const textField = ({ onChoose, ...rest }: ControlProps & Pick<ComponentProps<"input">, "type">) => (
  <Input {...rest} onChange={({ target }) => onChoose(target.value)} />
);

/** The states of a country as a list, where they are known; elsewhere a text. */
export function StateSelect({ country, ...props }: ControlProps & { country: string }) {
  const options = stateOptions(country, props.value);
  return options === undefined ? textField(props) : <NativeSelect {...props} options={options} />;
}
