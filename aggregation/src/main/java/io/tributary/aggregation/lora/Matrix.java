package io.tributary.aggregation.lora;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.util.Arrays;
import java.util.List;

/** A matrix of float64 values, row after row. */
public final class Matrix {
  private final int rows;
  private final int columns;
  private final double[] values;

  private Matrix(int rows, int columns, double[] values) {
    this.rows = rows;
    this.columns = columns;
    this.values = values;
  }

  /** A matrix of these values, which are copied. */
  public static Matrix of(int rows, int columns, double... values) {
    if (rows < 1 || columns < 1 || values.length != Math.multiplyExact(rows, columns)) {
      throw refused(values.length + " values", rows + " times " + columns);
    }
    return new Matrix(rows, columns, values.clone());
  }

  public int rows() {
    return rows;
  }

  public int columns() {
    return columns;
  }

  /** The values, row after row, copied. */
  public double[] values() {
    return values.clone();
  }

  /** This matrix times a number. */
  public Matrix times(double factor) {
    return new Matrix(rows, columns, Arrays.stream(values).map(v -> factor * v).toArray());
  }

  /** This matrix and another one of its shape, added up. */
  public Matrix plus(Matrix other) {
    if (other.rows != rows || other.columns != columns) {
      throw refused(other.form(), form());
    }
    double[] sum = values.clone();
    for (int i = 0; i < sum.length; i++) {
      sum[i] += other.values[i];
    }
    return new Matrix(rows, columns, sum);
  }

  /** This matrix without another one of its shape. */
  public Matrix minus(Matrix other) {
    return plus(other.times(-1));
  }

  /** The product of this matrix and another one, whose rows are as many as its columns. */
  public Matrix times(Matrix other) {
    if (other.rows != columns) {
      throw refused(other.form(), columns + " rows");
    }
    double[] product = new double[Math.multiplyExact(rows, other.columns)];
    for (int i = 0; i < rows; i++) {
      for (int k = 0; k < columns; k++) {
        double factor = values[i * columns + k];
        for (int j = 0; j < other.columns; j++) {
          product[i * other.columns + j] += factor * other.values[k * other.columns + j];
        }
      }
    }
    return new Matrix(rows, other.columns, product);
  }

  /** The root of the sum of all squares. */
  public double norm() {
    double sum = 0;
    for (double value : values) {
      sum += value * value;
    }
    return Math.sqrt(sum);
  }

  /** Matrices of as many columns, one below the other. */
  static Matrix below(List<Matrix> parts) {
    int columns = parts.get(0).columns;
    int rows = 0;
    for (Matrix part : parts) {
      if (part.columns != columns) {
        throw refused(part.form(), columns + " columns");
      }
      rows += part.rows;
    }
    double[] values = new double[Math.multiplyExact(rows, columns)];
    int at = 0;
    for (Matrix part : parts) {
      System.arraycopy(part.values, 0, values, at, part.values.length);
      at += part.values.length;
    }
    return new Matrix(rows, columns, values);
  }

  /** Matrices of as many rows, one beside the other. */
  static Matrix beside(List<Matrix> parts) {
    return below(parts.stream().map(Matrix::transposed).toList()).transposed();
  }

  private Matrix transposed() {
    double[] turned = new double[values.length];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        turned[j * rows + i] = values[i * columns + j];
      }
    }
    return new Matrix(columns, rows, turned);
  }

  private String form() {
    return rows + " times " + columns;
  }

  private static FederationException refused(String found, String rule) {
    return FederationException.of(
        ErrorKind.INVALID_ARGUMENT, "matrix", found, rule, "Mend the call.");
  }
}
