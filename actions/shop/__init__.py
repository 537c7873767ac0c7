"""The sample business, behind one port. An operator replaces this package's backend with their own."""
