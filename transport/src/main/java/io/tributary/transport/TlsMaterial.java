package io.tributary.transport;

import static java.util.Objects.requireNonNull;

import io.grpc.netty.GrpcSslContexts;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSslSessionContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.tributary.federation.PeerName;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * A peer's own certificate and key and the authorities it trusts, and the TLS contexts made of
 * them: TLS 1.3 only, client certificates required, no session resumption. BoringSSL where its
 * native library is there, else the JDK.
 */
public final class TlsMaterial {
  private static final String TLS_1_3 = "TLSv1.3";

  /**
   * RFC 8446 section 4.6.1 forbids tickets that live longer than seven days; given a longer
   * timeout, the JDK sends none at all.
   */
  private static final int NO_TICKET_SECONDS = 8 * 24 * 3600;

  private final List<X509Certificate> chain;
  private final PrivateKey key;
  private final List<X509Certificate> trust;
  private final X509ExtendedTrustManager chains;
  private final SslProvider provider;

  private TlsMaterial(
      List<X509Certificate> chain,
      PrivateKey key,
      List<X509Certificate> trust,
      X509ExtendedTrustManager chains,
      SslProvider provider) {
    this.chain = List.copyOf(chain);
    this.key = requireNonNull(key, "key");
    this.trust = List.copyOf(trust);
    this.chains = chains;
    this.provider = provider;
  }

  /** Reads PEM files; a missing, unreadable or mismatched one is INVALID_CONFIG and named. */
  public static TlsMaterial read(TlsFiles files) {
    List<X509Certificate> chain = PemReader.certificates(files.certificate());
    PrivateKey key = PemReader.key(files.key());
    PemReader.checkPair(files, chain.get(0), key);
    List<X509Certificate> trust = PemReader.certificates(files.trust());
    return new TlsMaterial(chain, key, trust, trustManager(trust), WireEngine.tls());
  }

  /** The same material with the JDK's TLS. */
  public TlsMaterial withJdkProvider() {
    return new TlsMaterial(chain, key, trust, chains, SslProvider.JDK);
  }

  /** The material of another peer that trusts the same authorities; they are held once. */
  public TlsMaterial of(X509Certificate certificate, PrivateKey itsKey) {
    return new TlsMaterial(List.of(certificate), itsKey, trust, chains, provider);
  }

  /** Whether BoringSSL does the work. */
  public boolean isNative() {
    return provider != SslProvider.JDK;
  }

  /** The own certificate. */
  public X509Certificate certificate() {
    return chain.get(0);
  }

  /** Whom the own certificate names; NOT_ADMITTED when it breaks a rule that others would check. */
  public PeerIdentity identity(Instant now) {
    return CertificateRules.identify(certificate(), now);
  }

  /** The trusted authorities. */
  public List<X509Certificate> trust() {
    return trust;
  }

  /** A new context for a listener. */
  public SslContext serverContext() {
    var builder =
        SslContextBuilder.forServer(key, chain.toArray(X509Certificate[]::new))
            .clientAuth(ClientAuth.REQUIRE)
            .trustManager((TrustManager) new ClientTrust(chains));
    return build(builder);
  }

  /** A new context for channels to one coordinator, whose name is checked besides its host. */
  public SslContext clientContext(PeerName coordinator, InstantSource clock) {
    var builder =
        SslContextBuilder.forClient()
            .keyManager(new OwnKey(key, chain))
            .trustManager((TrustManager) new CoordinatorTrust(chains, coordinator, clock));
    return build(builder);
  }

  private SslContext build(SslContextBuilder builder) {
    try {
      SslContext context = GrpcSslContexts.configure(builder, provider).protocols(TLS_1_3).build();
      return withoutResumption(context);
    } catch (SSLException e) {
      throw new IllegalStateException("TLS 1.3 is not available", e);
    }
  }

  /** Else a peer could come back on an old session after its certificate has ended. */
  private static SslContext withoutResumption(SslContext context) {
    if (context.sessionContext() instanceof OpenSslSessionContext sessions) {
      sessions.setSessionCacheEnabled(false);
      return context.isServer() ? new TicketlessContext(context) : context;
    }
    context.sessionContext().setSessionCacheSize(1);
    context.sessionContext().setSessionTimeout(NO_TICKET_SECONDS);
    return context;
  }

  private static X509ExtendedTrustManager trustManager(List<X509Certificate> trust) {
    try {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      for (int i = 0; i < trust.size(); i++) {
        store.setCertificateEntry("authority-" + i, trust.get(i));
      }
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(store);
      for (TrustManager manager : factory.getTrustManagers()) {
        if (manager instanceof X509ExtendedTrustManager extended) {
          return extended;
        }
      }
      throw new IllegalStateException("no X.509 trust manager");
    } catch (GeneralSecurityException | java.io.IOException e) {
      throw new IllegalStateException("the platform has no trust managers", e);
    }
  }
}
