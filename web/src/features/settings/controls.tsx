import type { FieldKey } from "@muster/settings/fields.ts";
import type { Kind } from "@muster/settings/kind.ts";
import { X } from "lucide-react";
import { type ComponentType, useState } from "react";
import { blockedBy } from "#ui/blocked.ts";
import { Button } from "#ui/button.tsx";
import { Input } from "#ui/input.tsx";
import { Segments } from "#ui/segments.tsx";
import { Switch } from "#ui/switch.tsx";
import { ApplicationsControl } from "./applications-control.tsx";
import { type ControlProps, useSetting } from "./layer-context.ts";
import { ModelSelect } from "./model-select.tsx";
import { ModelsControl } from "./models-control.tsx";
import { ProvidersControl } from "./providers-control.tsx";
import { kindOf } from "./say.ts";
import { choiceText, labelOf, originText, valueText } from "./setting-text.ts";
import { WebsitesControl } from "./websites-control.tsx";

type Control = {
  component: ComponentType<ControlProps>;
  /** Beside the text, beside it where there is room, or below it. */
  place: "end" | "side" | "below";
};

const controls: Record<Kind<unknown>["name"], Control> = {
  toggle: { component: Toggle, place: "end" },
  choice: { component: Choice, place: "side" },
  version: { component: VersionInput, place: "side" },
  model: { component: ModelSelect, place: "side" },
  allowList: { component: List, place: "below" },
  denyList: { component: List, place: "below" },
};

/** Settings with a control of their own. */
const ownControls: { [K in FieldKey]?: Control } = {
  "models.providers": { component: ProvidersControl, place: "below" },
  "models.allowed": { component: ModelsControl, place: "below" },
  "sources.blocked": { component: ApplicationsControl, place: "below" },
  "websites.denied": { component: WebsitesControl, place: "below" },
};

/** The control of a setting: its own, or that of its kind, so that a setting has one once it is declared. */
export const controlOf = (field: FieldKey): Control => ownControls[field] ?? controls[kindOf(field).name];

function Toggle({ field, labelId, noteId }: ControlProps) {
  const { shown, blocked, setValue } = useSetting(field);
  return (
    <Switch
      aria-labelledby={labelId}
      aria-describedby={noteId}
      isOn={shown === true}
      blocked={blocked}
      onChange={setValue}
    />
  );
}

function Choice({ field, labelId, noteId }: ControlProps) {
  const { shown, blocked, setValue } = useSetting(field);
  const options = (kindOf(field).options ?? []).map((option) => ({
    value: String(option),
    label: choiceText(field, String(option)),
  }));
  return (
    <Segments
      aria-labelledby={labelId}
      aria-describedby={noteId}
      value={typeof shown === "string" ? shown : undefined}
      options={options}
      blocked={blocked}
      onChange={setValue}
    />
  );
}

function VersionInput(props: ControlProps) {
  return <TextInput {...props} className="sm:w-32" />;
}

function TextInput({ field, labelId, noteId, className = "sm:w-64" }: ControlProps & { className?: string }) {
  const { say, inherited, blocked, error, setValue, inherit, touch } = useSetting(field);
  return (
    <Input
      aria-labelledby={labelId}
      aria-describedby={noteId}
      aria-invalid={error === undefined ? undefined : true}
      {...blockedBy(blocked)}
      readOnly={blocked !== undefined}
      autoComplete="off"
      spellCheck={false}
      value={typeof say.value === "string" ? say.value : ""}
      placeholder={valueText(field, inherited.value)}
      onChange={({ target }) => (target.value === "" ? inherit() : setValue(target.value))}
      onBlur={touch}
      className={className}
    />
  );
}

/** Any list: one text after another. */
function List({ field, labelId, noteId }: ControlProps) {
  const { say, inherited, blocked, setValue } = useSetting(field);
  const [typed, setTyped] = useState("");
  const list = Array.isArray(say.value) ? (say.value as string[]) : [];
  const text = typed.trim();
  const problem = text === "" ? "Enter a value." : list.includes(text) ? "Already in the list." : undefined;

  function add() {
    if (problem === undefined) {
      setValue([...list, text]);
      setTyped("");
    }
  }

  return (
    <div className="grid gap-2">
      {say.value === undefined && (
        <p className="text-sm text-fg-2">
          {valueText(field, inherited.value)}, {originText(inherited.source)}
        </p>
      )}
      <ul aria-labelledby={labelId} className="grid gap-1 empty:hidden">
        {list.map((entry) => (
          <li key={entry} className="flex items-center gap-2 text-sm">
            <span className="min-w-0 flex-1 truncate">{entry}</span>
            <Button
              size="iconSmall"
              variant="ghost"
              aria-label={`Remove ${entry}`}
              blocked={blocked}
              onClick={() => setValue(list.filter((one) => one !== entry))}
            >
              <X />
            </Button>
          </li>
        ))}
      </ul>
      <div className="flex gap-2">
        <Input
          aria-label={`Add to ${labelOf(field)}`}
          aria-describedby={noteId}
          {...blockedBy(blocked)}
          readOnly={blocked !== undefined}
          value={typed}
          onChange={({ target }) => setTyped(target.value)}
          onKeyDown={(event) => {
            if (event.key === "Enter") {
              event.preventDefault();
              add();
            }
          }}
        />
        <Button size="large" blocked={blocked ?? problem} onClick={add}>
          Add
        </Button>
      </div>
    </div>
  );
}
