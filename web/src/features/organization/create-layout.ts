/** The steps on the left, their result on the right. */
export const createLayout = "grid items-start gap-5 md:grid-cols-[minmax(0,1fr)_300px]";

export const createButtons = "mt-6 flex flex-wrap gap-2 max-sm:flex-col-reverse max-sm:*:w-full sm:justify-end";
