export const productName = "Muster";
