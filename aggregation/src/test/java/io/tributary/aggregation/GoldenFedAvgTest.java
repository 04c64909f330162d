package io.tributary.aggregation;

import static io.tributary.aggregation.SampleFiles.file;
import static io.tributary.aggregation.SampleFiles.layout;
import static io.tributary.aggregation.SampleFiles.tensor;
import static io.tributary.aggregation.SampleFiles.update;
import static io.tributary.aggregation.SampleFiles.values;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tributary.aggregation.store.SpooledUpdate;
import io.tributary.aggregation.tensor.ByteSource;
import io.tributary.aggregation.tensor.DType;
import io.tributary.aggregation.tensor.Layout;
import io.tributary.aggregation.tensor.Safetensors;
import io.tributary.aggregation.tensor.SafetensorsHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** FedAvg against float64 values that NumPy computed; tolerance as the golden set states it. */
class GoldenFedAvgTest {
  private static final double ABSOLUTE = 1e-13;
  private static final double RELATIVE = 1e-12;
  private static final Layout MODEL = layout(tensor("x", DType.F64, 20));

  private final ByteSource golden;
  private final SafetensorsHeader header;

  GoldenFedAvgTest() throws IOException {
    try (var in =
        GoldenFedAvgTest.class.getResourceAsStream("/golden/server-optimizers/case.safetensors")) {
      golden = ByteSource.of(in.readAllBytes());
    }
    header = Safetensors.read(golden);
  }

  private ByteBuffer tensorBytes(String name) throws IOException {
    int size = (int) header.layout().find(name).orElseThrow().bytes();
    ByteBuffer bytes = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    golden.read(header.position(name), bytes);
    return bytes.flip();
  }

  private double[] doubles(String name) throws IOException {
    double[] result = new double[tensorBytes(name).remaining() / Double.BYTES];
    tensorBytes(name).asDoubleBuffer().get(result);
    return result;
  }

  private long[] longs(String name) throws IOException {
    long[] result = new long[tensorBytes(name).remaining() / Long.BYTES];
    tensorBytes(name).asLongBuffer().get(result);
    return result;
  }

  private static void assertClose(double[] expected, double[] actual) {
    assertEquals(expected.length, actual.length);
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], actual[i], ABSOLUTE + RELATIVE * Math.abs(expected[i]), "at " + i);
    }
  }

  @Test
  void run_clientModelsByCount_isFedAvg() throws IOException {
    double[] clients = doubles("fedavg.clients");
    long[] counts = longs("fedavg.counts");
    SpooledUpdate[] updates = new SpooledUpdate[counts.length];
    for (int i = 0; i < counts.length; i++) {
      double[] client = Arrays.copyOfRange(clients, 20 * i, 20 * (i + 1));
      updates[i] = update("client-" + i, counts[i], file(MODEL, client));
    }
    byte[] zeros = file(MODEL, new double[20]);
    byte[] out = Orders.run(Orders.mean(MODEL, zeros, updates)).file();
    assertClose(doubles("fedavg.expected"), values(MODEL, out));
  }

  @Test
  void run_clientModelsAsDeltas_isFedAvgToo() throws IOException {
    double[] clients = doubles("fedavg.clients");
    long[] counts = longs("fedavg.counts");
    double[] start = doubles("start");
    SpooledUpdate[] updates = new SpooledUpdate[counts.length];
    for (int i = 0; i < counts.length; i++) {
      double[] delta = new double[20];
      for (int j = 0; j < 20; j++) {
        delta[j] = clients[20 * i + j] - start[j];
      }
      updates[i] = update("client-" + i, counts[i], file(MODEL, delta));
    }
    byte[] out = Orders.run(Orders.mean(MODEL, file(MODEL, start), updates)).file();
    assertClose(doubles("fedavg.expected"), values(MODEL, out));
  }
}
