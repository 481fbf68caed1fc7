import { type ComponentProps, lazy, Suspense, useRef } from "react";
import { whenIdle } from "#lib/idle.ts";
import { Field } from "#ui/field.tsx";
import { Input } from "#ui/input.tsx";
import { Arrival } from "#ui/later.tsx";

const Combobox = lazy(whenIdle(() => import("#ui/combobox.tsx").then((file) => ({ default: file.Combobox }))));

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
      {(ids) => <Zones {...ids} value={value} items={zones} onChange={onChange} emptyText="Unknown time zone." />}
    </Field>
  );
}

/** The time zone as a field that cannot be changed, until the list has loaded. */
function Zones(props: ComponentProps<typeof Combobox>) {
  const { onChange: _, items: _items, emptyText: _text, ...shown } = props;
  const isFocused = useRef(false);
  return (
    <Suspense
      fallback={
        <Input
          {...shown}
          readOnly
          onFocus={() => {
            isFocused.current = true;
          }}
          onBlur={() => {
            isFocused.current = false;
          }}
        />
      }
    >
      <Combobox {...props} />
      <Arrival onArrive={() => isFocused.current && document.getElementById(props.id)?.focus()} />
    </Suspense>
  );
}
