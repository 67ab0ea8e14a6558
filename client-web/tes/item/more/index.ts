// What the second script holds, by the kind of node it draws. `cat`: any node with a catalog.
import Associate from "./Associate.svelte";
import Gap from "./Gap.svelte";
import GapMatch from "./GapMatch.svelte";
import GraphicAssociate from "./GraphicAssociate.svelte";
import GraphicGapMatch from "./GraphicGapMatch.svelte";
import GraphicOrder from "./GraphicOrder.svelte";
import Helped from "./Helped.svelte";
import Hot from "./Hot.svelte";
import Hotspot from "./Hotspot.svelte";
import Hottext from "./Hottext.svelte";
import InlineChoice from "./InlineChoice.svelte";
import Media from "./Media.svelte";
import Order from "./Order.svelte";
import Player from "./Player.svelte";
import PositionStage from "./PositionStage.svelte";
import SelectPoint from "./SelectPoint.svelte";
import Slider from "./Slider.svelte";

export const parts = {
  associate: Associate, gap: Gap, gapmatch: GapMatch, graphicassociate: GraphicAssociate, graphicgapmatch: GraphicGapMatch,
  graphicorder: GraphicOrder, cat: Helped, hot: Hot, hotspot: Hotspot, hottext: Hottext, inlinechoice: InlineChoice, media: Media,
  order: Order, audio: Player, video: Player, positionstage: PositionStage, selectpoint: SelectPoint, slider: Slider,
};
