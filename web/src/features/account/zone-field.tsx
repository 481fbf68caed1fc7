import { Combobox } from "#ui/combobox.tsx";
import { Field } from "#ui/field.tsx";

const zones = ["UTC", ...Intl.supportedValuesOf("timeZone").filter((zone) => zone !== "UTC")];

type Props = { value: string; onChange: (zone: string) => void; error: string | undefined };

export function ZoneField({ value, onChange, error }: Props) {
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
