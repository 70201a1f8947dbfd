//! A TCP proxy whose side towards the server can stop reading, with a small receive buffer.

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::watch;

/// A running proxy. Connections end with it.
pub struct Proxy {
    /// Where clients connect to.
    pub address: SocketAddr,
    reads: Arc<watch::Sender<bool>>,
    server: Arc<watch::Sender<SocketAddr>>,
    task: tokio::task::JoinHandle<()>,
}

impl Proxy {
    /// A proxy in front of `server` that reads with a receive buffer of `buffer` bytes.
    pub async fn start(server: SocketAddr, buffer: u32) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let reads = Arc::new(watch::Sender::new(true));
        let told = Arc::clone(&reads);
        let server = Arc::new(watch::Sender::new(server));
        let upstream = Arc::clone(&server);
        let task = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let mut reads = told.subscribe();
                // What connects while nothing is read is a new stream: it reads.
                let from_birth = *reads.borrow_and_update();
                let server = *upstream.borrow();
                tokio::spawn(async move {
                    let socket = TcpSocket::new_v4().unwrap();
                    socket.set_recv_buffer_size(buffer).unwrap();
                    if let Ok(upstream) = socket.connect(server).await {
                        carry(client, upstream, from_birth.then_some(reads)).await;
                    }
                });
            }
        });
        Self { address, reads, server, task }
    }

    /// Carries new connections to another server.
    pub fn forward_to(&self, server: SocketAddr) {
        self.server.send_replace(server);
    }

    /// Whether the connections that there are read what the server sends.
    pub fn read(&self, reads: bool) {
        self.reads.send_replace(reads);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Carries bytes both ways until either side ends, then ends both.
async fn carry(client: TcpStream, upstream: TcpStream, reads: Option<watch::Receiver<bool>>) {
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = upstream.into_split();
    let up = async {
        let _ = tokio::io::copy(&mut from_client, &mut to_server).await;
    };
    let down = async {
        let mut buffer = vec![0; 16 * 1024];
        let mut reads = reads;
        loop {
            if let Some(reads) = &mut reads
                && reads.wait_for(|reads| *reads).await.is_err()
            {
                return;
            }
            match from_server.read(&mut buffer).await {
                Ok(0) | Err(_) => return,
                Ok(bytes) => {
                    if to_client.write_all(&buffer[..bytes]).await.is_err() {
                        return;
                    }
                }
            }
        }
    };
    tokio::select! {
        () = up => {}
        () = down => {}
    }
}
