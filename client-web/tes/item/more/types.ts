// The interactions of docs/delivery-view.md whose parts are in the second script. Types only.
import type { Choice, Element, Interaction, Node } from "../../engine/wire.ts";

export interface Picture { src: string; alt: string; width: number; height: number }
export interface Spot {
  id: string; shape: "circle" | "ellipse" | "rect" | "poly" | "default"; coords: number[]; label?: string; max?: number;
}

export interface InlineChoice extends Element { t: "inlinechoice"; r: string; min?: number; label?: string; choices: Choice[] }
export interface Order extends Interaction { orientation?: string; choices: Choice[] }
export interface Associate extends Interaction { choices: Choice[] }
export interface GapMatch extends Interaction { choices: Choice[]; c: Node[] }
export interface Hottext extends Interaction { c: Node[] }
export interface OnPicture extends Interaction { img: Picture; spots: Spot[] }
export interface GraphicGapMatch extends OnPicture { choices: Choice[] }
export interface SelectPoint extends Interaction { img: Picture }
export interface PositionObject extends Interaction { img: Picture }
export interface PositionStage extends Element { img: Picture; objects: PositionObject[] }
export interface Slider extends Element {
  r: string; prompt?: Node[]; lower: number; upper: number; step: number; orientation?: string; labels?: boolean; reverse?: boolean;
}
export interface Player extends Element { t: "audio" | "video"; src: string; type?: string; label?: string; loop?: boolean; width?: number; height?: number }
export interface Media extends Element {
  r: string; prompt?: Node[]; min_plays: number; max_plays: number; autostart?: boolean; loop?: boolean; media: Player;
}
