import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.zip.GZIPOutputStream;

/**
 * Writes this example's pictures, drawn from a seed: a circle, square or triangle of any size,
 * place and turn on noise, 28 x 28 grey samples in MNIST's format. Each site sees one shape more
 * often than the others; the held-out pictures have all alike. Usage: {@code java Generate.java
 * FOLDER}
 */
public final class Generate {
  private static final int SIDE = 28;
  private static final int SHAPES = 3;

  private final Random random;

  private Generate(long seed) {
    random = new Random(seed);
  }

  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    new Generate(1).write(folder, "site-1", 300, 0);
    new Generate(2).write(folder, "site-2", 240, 1);
    new Generate(3).write(folder, "site-3", 180, 2);
    new Generate(4).write(folder, "held-out", 240, -1);
  }

  private void write(Path folder, String name, int count, int favourite) throws IOException {
    byte[] labels = new byte[count];
    byte[] pictures = new byte[count * SIDE * SIDE];
    for (int i = 0; i < count; i++) {
      boolean usual = favourite >= 0 && random.nextDouble() < 0.5;
      labels[i] = (byte) (usual ? favourite : random.nextInt(SHAPES));
      System.arraycopy(draw(labels[i]), 0, pictures, i * SIDE * SIDE, SIDE * SIDE);
    }
    try (DataOutputStream out = open(folder.resolve(name + "-images-idx3-ubyte.gz"))) {
      out.writeInt(0x803);
      out.writeInt(count);
      out.writeInt(SIDE);
      out.writeInt(SIDE);
      out.write(pictures);
    }
    try (DataOutputStream out = open(folder.resolve(name + "-labels-idx1-ubyte.gz"))) {
      out.writeInt(0x801);
      out.writeInt(count);
      out.write(labels);
    }
  }

  private static DataOutputStream open(Path file) throws IOException {
    OutputStream out = Files.newOutputStream(file);
    return new DataOutputStream(new GZIPOutputStream(out));
  }

  private byte[] draw(int shape) {
    BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_BYTE_GRAY);
    Graphics2D graphics = image.createGraphics();
    graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    graphics.setColor(new Color(200, 200, 200));
    graphics.setStroke(new BasicStroke(0.22f));
    AffineTransform place = new AffineTransform();
    place.translate(10 + 8 * random.nextDouble(), 10 + 8 * random.nextDouble());
    place.rotate(2 * Math.PI * random.nextDouble());
    double size = 5 + 4 * random.nextDouble();
    place.scale(size, size);
    graphics.transform(place);
    graphics.draw(outline(shape));
    graphics.dispose();
    byte[] samples = new byte[SIDE * SIDE];
    for (int i = 0; i < samples.length; i++) {
      int sample = image.getRaster().getSample(i % SIDE, i / SIDE, 0) + 12 * random.nextInt(4);
      samples[i] = (byte) Math.min(255, sample);
    }
    return samples;
  }

  private static java.awt.Shape outline(int shape) {
    if (shape == 0) {
      return new Ellipse2D.Double(-1, -1, 2, 2);
    }
    if (shape == 1) {
      return new Rectangle2D.Double(-0.85, -0.85, 1.7, 1.7);
    }
    Path2D triangle = new Path2D.Double();
    triangle.moveTo(0, -1.1);
    triangle.lineTo(0.95, 0.6);
    triangle.lineTo(-0.95, 0.6);
    triangle.closePath();
    return triangle;
  }
}
