package io.tributary.cli.output;

import java.util.ArrayList;
import java.util.List;

/**
 * Rows under a heading, columns two spaces apart and as wide as their widest cell. Columns whose
 * heading starts with {@code >} are aligned to the right.
 */
public final class Table {
  private final List<String> headings;
  private final List<Boolean> right;
  private final List<List<String>> rows = new ArrayList<>();

  private Table(List<String> headings) {
    this.right = headings.stream().map(heading -> heading.startsWith(">")).toList();
    this.headings = headings.stream().map(h -> h.startsWith(">") ? h.substring(1) : h).toList();
  }

  public static Table of(String... headings) {
    return new Table(List.of(headings));
  }

  /** Adds a row with one cell a column. */
  public Table row(String... cells) {
    if (cells.length != headings.size()) {
      throw new IllegalArgumentException(
          "cells: " + cells.length + " (expected: " + headings.size() + ")");
    }
    rows.add(List.of(cells));
    return this;
  }

  public boolean isEmpty() {
    return rows.isEmpty();
  }

  public List<String> render(Style style) {
    int[] widths = new int[headings.size()];
    for (int column = 0; column < widths.length; column++) {
      widths[column] = headings.get(column).length();
      for (List<String> row : rows) {
        widths[column] = Math.max(widths[column], Style.width(row.get(column)));
      }
    }
    List<String> lines = new ArrayList<>();
    lines.add(style.bold(line(headings, widths)));
    rows.forEach(row -> lines.add(line(row, widths)));
    return lines;
  }

  private String line(List<String> cells, int[] widths) {
    var line = new StringBuilder();
    for (int column = 0; column < widths.length; column++) {
      String cell = cells.get(column);
      String pad = " ".repeat(widths[column] - Style.width(cell));
      line.append(right.get(column) ? pad + cell : cell + pad).append("  ");
    }
    return line.toString().stripTrailing();
  }
}
