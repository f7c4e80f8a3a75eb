/** A network's picture in its place on the page: units, edges, light and camera, painted when they must be. */

import { drawnLayers } from "./drawn.js";
import { EdgeLayer } from "./edges.js";
import { drawNever, drawNext } from "./frames.js";
import { Light } from "./light.js";
import { Nodes } from "./nodes.js";
import { Scene } from "./scene.js";
import { View } from "./view.js";

export class Funnel {
  /**
   * @param {HTMLElement} container @param {object} graph see graphOf @param {Lab} lab what is shown
   * @param {Palette} palette
   */
  constructor(container, graph, lab, palette) {
    Object.assign(this, { graph, lab });
    this.draw = () => graph.network.redraw();
    const redraw = () => this.redraw();
    this.nodes = new Nodes(lab, redraw);
    this.nodes.setPalette(palette);
    this.scene = new Scene(lab, this.nodes, redraw);
    this.view = new View(container, graph, lab, this.nodes, this.scene);
    this.light = new Light(container, lab, this.scene, () => this.view.camera());
    this.edges = new EdgeLayer(lab.columns, redraw);
    this.paintEdges(palette);
  }

  /** The maps of each column that has some. */
  get sheets() {
    return this.nodes.sheets;
  }

  redraw() {
    drawNext(this.draw);
  }

  /** @param {string} what has changed, see Lab @param {boolean} [isLive] whether it is one of many changes in a row */
  show(what, palette, isLive = false) {
    this.nodes.setPalette(palette);
    if (what === "selection") this.scene.select();
    else {
      const moves = ["ink", "rest", "weights"].includes(what); // numbers, and not the choice of edges
      if ((!moves || this.lab.edges.choice === "now") && (!isLive || this.edges.isRested)) this.paintEdges(palette);
      this.nodes.show(this.lab);
      this.scene.show(this.edges, palette);
    }
    this.redraw();
  }

  /** The picture as far as the layers have spoken; null: all have. */
  setStage(stage) {
    this.scene.setStage(stage);
    this.redraw();
  }

  paintEdges(palette) {
    this.edges.set(drawnLayers(this.lab), palette);
  }

  end() {
    drawNever(this.draw);
    this.light.stop();
    this.edges.end();
    this.graph.network.destroy();
  }
}
