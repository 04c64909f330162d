package io.tributary.simulations.report;

/** Colours that can be told apart, also by people who see few of them (Okabe and Ito, 2008). */
final class Palette {
  private static final String[] COLOURS = {
    "#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#f0e442", "#5c5c5c",
    "#8fbf5f", "#7a5195"
  };

  private Palette() {}

  static String colour(int position) {
    return COLOURS[Math.floorMod(position, COLOURS.length)];
  }
}
