/** What tests of gRPC services share. Never a fake of our own services. */
@NullMarked
package io.tributary.transport.testing;

import org.jspecify.annotations.NullMarked;
