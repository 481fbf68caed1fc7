import { useEffect } from "react";
import type { FieldValues, UseFormReturn } from "react-hook-form";
import { tab } from "./storage.ts";

/** What was typed and not yet saved is kept for this tab: a reload, an error or a lost session loses nothing. */
const prefix = "draft:";

export function keepDraft(name: string, draft: object) {
  tab.write(prefix + name, JSON.stringify(draft));
}

/** What was kept under a name; nothing of it is sure. */
export function readDraft<T extends object>(name: string): Partial<T> {
  const text = tab.read(prefix + name);
  try {
    return text === null ? {} : (JSON.parse(text) as Partial<T>);
  } catch {
    return {};
  }
}

export function forgetDraft(name: string) {
  tab.remove(prefix + name);
}

export function forgetDrafts() {
  for (const key of tab.keys()) {
    if (key.startsWith(prefix)) {
      tab.remove(key);
    }
  }
}

/** Fills a form with its draft, and keeps the draft as the form changes; a form that equals what is saved has none. */
export function useDraft<V extends FieldValues, C, O>(form: UseFormReturn<V, C, O>, name: string) {
  useEffect(() => {
    const draft = readDraft<V>(name);
    if (Object.keys(draft).length > 0) {
      form.reset({ ...form.getValues(), ...draft }, { keepDefaultValues: true });
    }
    return form.subscribe({
      formState: { values: true, isDirty: true },
      callback: ({ values, isDirty }) => {
        if (isDirty) {
          keepDraft(name, values);
        } else {
          forgetDraft(name);
        }
      },
    });
  }, [form, name]);
}
