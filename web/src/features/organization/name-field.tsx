import type { ReactNode } from "react";
import type { UseFormRegisterReturn } from "react-hook-form";
import { Field } from "#ui/field.tsx";
import { Input } from "#ui/input.tsx";

type Props = { label?: ReactNode; input: UseFormRegisterReturn; error: string | undefined; length: number };

const longest = 60;

/** An organization's name; the count appears near the limit. */
export function NameField({ label = "Name", input, error, length }: Props) {
  return (
    <Field
      label={label}
      error={error}
      hint="Shown in invitations, emails, and the organization switcher."
      action={
        length > longest - 15 && (
          <span className={length > longest ? "tabular text-xs text-danger-text" : "tabular text-xs text-fg-3"}>
            {length} / {longest}
          </span>
        )
      }
    >
      {(ids) => <Input {...ids} {...input} autoComplete="organization" placeholder="Acme Robotics" />}
    </Field>
  );
}
