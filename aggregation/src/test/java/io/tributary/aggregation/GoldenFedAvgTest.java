package io.tributary.aggregation;

import static io.tributary.aggregation.SampleFiles.file;
import static io.tributary.aggregation.SampleFiles.layout;
import static io.tributary.aggregation.SampleFiles.tensor;
import static io.tributary.aggregation.SampleFiles.update;
import static io.tributary.aggregation.SampleFiles.values;

import io.tributary.aggregation.store.SpooledUpdate;
import io.tributary.aggregation.tensor.DType;
import io.tributary.aggregation.tensor.Layout;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** FedAvg against float64 values that NumPy computed; tolerance as the golden set states it. */
class GoldenFedAvgTest {
  private static final Layout MODEL = layout(tensor("x", DType.F64, 20));

  private final Golden golden = Golden.of("server-optimizers");

  @Test
  void run_clientModelsByCount_isFedAvg() throws IOException {
    double[] clients = golden.doubles("fedavg.clients");
    long[] counts = golden.longs("fedavg.counts");
    SpooledUpdate[] updates = new SpooledUpdate[counts.length];
    for (int i = 0; i < counts.length; i++) {
      double[] client = Arrays.copyOfRange(clients, 20 * i, 20 * (i + 1));
      updates[i] = update("client-" + i, counts[i], file(MODEL, client));
    }
    byte[] zeros = file(MODEL, new double[20]);
    byte[] out = Orders.run(Orders.mean(MODEL, zeros, updates)).file();
    golden.assertClose("fedavg.expected", values(MODEL, out));
  }

  @Test
  void run_clientModelsAsDeltas_isFedAvgToo() throws IOException {
    double[] clients = golden.doubles("fedavg.clients");
    long[] counts = golden.longs("fedavg.counts");
    double[] start = golden.doubles("start");
    SpooledUpdate[] updates = new SpooledUpdate[counts.length];
    for (int i = 0; i < counts.length; i++) {
      double[] delta = new double[20];
      for (int j = 0; j < 20; j++) {
        delta[j] = clients[20 * i + j] - start[j];
      }
      updates[i] = update("client-" + i, counts[i], file(MODEL, delta));
    }
    byte[] out = Orders.run(Orders.mean(MODEL, file(MODEL, start), updates)).file();
    golden.assertClose("fedavg.expected", values(MODEL, out));
  }
}
