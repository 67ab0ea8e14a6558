// The dictionary in use. A second language is a file whose object has the type Texts.
import { id } from "./id.ts";

export type Texts = typeof id;
export const t: Texts = id;
