import type { KindName } from "@muster/core/secret/kind/shape.ts";
import { type Field as Declared, kindOf } from "@muster/core/secret/shape.ts";
import { FileUp } from "lucide-react";
import { useRef } from "react";
import { Button } from "#ui/button.tsx";
import { Field } from "#ui/field.tsx";
import { Input } from "#ui/input.tsx";
import { Textarea } from "#ui/textarea.tsx";
import type { Entered, Mistakes } from "./form.ts";

type Props = {
  kind: KindName;
  entered: Entered;
  mistakes: Mistakes;
  onEnter: (field: string, value: string) => void;
  onLeave: (field: string) => void;
};

/** The fields of one kind of key, as it declares them. */
export function KindFields({ kind, entered, mistakes, onEnter, onLeave }: Props) {
  return Object.entries(kindOf(kind).fields).map(([name, field]) => (
    <Control
      key={`${kind} ${name}`}
      name={name}
      field={field}
      value={entered[name] ?? ""}
      mistake={mistakes[name]}
      onEnter={(value) => onEnter(name, value)}
      onLeave={() => onLeave(name)}
    />
  ));
}

type ControlProps = {
  name: string;
  field: Declared;
  value: string;
  mistake: string | undefined;
  onEnter: (value: string) => void;
  onLeave: () => void;
};

function Control({ name, field, value, mistake, onEnter, onLeave }: ControlProps) {
  const { label, help, isOptional, isSecret } = field;
  const isFile = name === "serviceAccount";
  // what is entered here is nobody's password, and is to be kept by no browser
  const common = {
    name: `secret-${name}`,
    value,
    autoComplete: "off",
    autoCapitalize: "off",
    spellCheck: false,
    onBlur: onLeave,
    className: isSecret ? "font-mono text-sm!" : undefined,
  };
  return (
    <Field
      label={label}
      hint={isOptional ? `Optional. ${help}` : help}
      error={mistake}
      action={isFile && <FileButton onRead={onEnter} />}
    >
      {(ids) =>
        isFile ? (
          <Textarea {...ids} {...common} rows={5} onChange={({ target }) => onEnter(target.value)} />
        ) : (
          <Input {...ids} {...common} onChange={({ target }) => onEnter(target.value)} />
        )
      }
    </Field>
  );
}

/** Reads a file into the field: nothing is uploaded until the form is sent. */
function FileButton({ onRead }: { onRead: (text: string) => void }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <Button variant="ghost" size="small" onClick={() => input.current?.click()}>
        <FileUp />
        Choose file
      </Button>
      <input
        ref={input}
        type="file"
        accept=".json,application/json"
        aria-label="JSON file of the service account"
        className="hidden"
        onChange={({ target }) => {
          void target.files?.[0]?.text().then(onRead);
          target.value = "";
        }}
      />
    </>
  );
}
