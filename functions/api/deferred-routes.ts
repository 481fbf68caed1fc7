import { accountDeletion, deletion, securing } from "./deletion.ts";
import { memberExport } from "./export.ts";

/**
 * Routes that are loaded at first use; together, because the code that they share would otherwise be split into many
 * small files.
 */
export const deferredRoutes = { accountDeletion, deletion, memberExport, securing };
