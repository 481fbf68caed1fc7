import { providerOf } from "@muster/settings/entry.ts";
import { type Field, type FieldKey, fields } from "@muster/settings/fields.ts";
import { noModel } from "@muster/settings/kind.ts";
import type { Catalog } from "#lib/catalog.ts";
import { blockedBy } from "#ui/blocked.ts";
import { NativeSelect } from "#ui/native-select.tsx";
import { withCatalog } from "./catalog.tsx";
import { usable } from "./catalog-text.ts";
import { type ControlProps, useSetting } from "./layer-context.ts";
import { listIn, nameIn } from "./say.ts";

/** The model that is used where nobody chose one. */
export const ModelSelect = withCatalog("h-9 w-64", Models);

/** Returns the modality that a model has to read, by the setting that it is for. */
const modalityOf = (field: FieldKey) => (fields[field] as Partial<Field>).modality;

function Models({ field, labelId, noteId, catalog }: ControlProps & { catalog: Catalog }) {
  const { say, inherited, blocked, error, setValue, inherit } = useSetting(field);
  const isAllowed = useAllowed();
  const chosen = typeof say.value === "string" ? say.value : undefined;
  const nameOf = (id: unknown) => (id === noModel ? "None" : nameIn(catalog, field, String(id)));
  const options = catalog.models
    .filter(({ id, modalities }) => modalities.some((one) => one === modalityOf(field)) || id === chosen)
    .map(({ id, name }) => ({ value: id, label: isAllowed(id) ? name : `${name} (not allowed)` }));
  const isKnown = chosen === undefined || chosen === noModel || options.some(({ value }) => value === chosen);
  return (
    <div className="grid gap-1">
      <NativeSelect
        aria-labelledby={labelId}
        aria-describedby={noteId}
        aria-invalid={error === undefined ? undefined : true}
        {...blockedBy(blocked)}
        value={chosen ?? ""}
        options={[
          { value: "", label: `Inherited: ${nameOf(inherited.value)}` },
          { value: noModel, label: "None" },
          ...options,
          ...(isKnown ? [] : [{ value: chosen, label: `${chosen} (not in the catalog)` }]),
        ]}
        onChoose={(value) => blocked === undefined && (value === "" ? inherit() : setValue(value))}
        className="w-full sm:w-64"
      />
      {chosen !== undefined && chosen !== noModel && !isAllowed(chosen) && (
        <p className="max-w-64 text-xs text-warning-text">Not allowed. Allow it and its provider, or choose another.</p>
      )}
    </div>
  );
}

/** Returns a function that says whether members may use a model, as far as this form shows. */
function useAllowed() {
  const restricted = useSetting("models.isRestricted");
  const models = useSetting("models.allowed").say;
  const providers = useSetting("models.providers").say;
  const isOpen = restricted.shown !== true || (models.value === undefined && restricted.form.rank !== "organization");
  return (id: string) => isOpen || usable(listIn(models), listIn(providers)).includes(id) || providerOf(id) === "";
}
